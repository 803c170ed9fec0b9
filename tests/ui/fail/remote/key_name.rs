//! Wire names.

#[flash::remote(name = "a b")]
async fn blank() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(name = "")]
async fn empty() -> flash::Result<()> {
    Ok(())
}

fn main() {}
