//! The entry of a program, under every lint.

#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    unused,
    unused_qualifications,
    rust_2018_idioms,
    rust_2024_compatibility,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]

#[flash::remote(resource = "api")]
async fn double(n: u8) -> flash::Result<u8> {
    Ok(n * 2)
}

#[flash::main]
async fn main() -> flash::Result<()> {
    double(2).await.map(drop)
}
