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

/// The name comes from what the build script left.
#[flash::remote(resource = resources::API)]
async fn double(n: u8) -> flash::Result<u8> {
    Ok(n * 2)
}

#[flash::main]
async fn main() -> flash::Result<()> {
    double(2).await.map(drop)
}
