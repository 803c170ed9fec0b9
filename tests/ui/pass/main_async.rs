//! The usual one.

#![deny(warnings)]

#[flash::remote]
async fn double(n: u8) -> flash::Result<u8> {
    Ok(n * 2)
}

/// Documented.
#[flash::main]
async fn main() -> flash::Result<()> {
    let spawned = tokio::spawn(double(2));
    assert_eq!(spawned.await.unwrap()?, 4);
    Ok(())
}
