//! Any result that a program can have.

#![deny(warnings)]

use std::process::ExitCode;

#[flash::main(crate = ::flash)]
pub async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let n: u8 = "0".parse()?;
    Ok(ExitCode::from(n))
}
