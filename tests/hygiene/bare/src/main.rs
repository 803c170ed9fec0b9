//! The entry of a program without the prelude.

#![no_implicit_prelude]
#![deny(warnings)]

#[::flash::main]
async fn main() -> ::flash::Result<()> {
    ::flash::Result::Ok(())
}
