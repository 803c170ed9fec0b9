//! The entry of a program that calls the SDK by a name of its own.

#![deny(warnings)]

#[fl::main(crate = fl)]
async fn main() -> fl::Result<()> {
    hygiene_renamed::renamed(hygiene_renamed::Job { id: 1 }).await.map(drop)
}
