//! The attribute twice.

#[flash::remote(resource = "api")]
#[flash::remote(timeout = "1s")]
async fn once() -> flash::Result<()> {
    Ok(())
}

fn main() {}
