//! A type without a name.

#[flash::remote]
async fn all() -> flash::Result<impl Iterator<Item = u8>> {
    Ok(0..3)
}

fn main() {}
