//! The wrong one of the two attributes.

#[flash::remote]
async fn main() -> flash::Result<()> {
    Ok(())
}
