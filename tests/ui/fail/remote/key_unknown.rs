//! Keys that don't exist, near ones and far ones.

#[flash::remote(resorce = "api")]
async fn near() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(gpu = 1, retries = 3)]
async fn far() -> flash::Result<()> {
    Ok(())
}

fn main() {}
