//! A path of the crate that isn't there.

#[flash::remote(crate = flesh)]
async fn count() -> flash::Result<()> {
    Ok(())
}

fn main() {}
