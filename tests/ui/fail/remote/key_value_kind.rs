//! Values of the wrong kind.

#[flash::remote(resource = 7, timeout = 30, idempotent = "yes", on_failure = "retry", name = true)]
async fn kinds() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(resource, timeout, on_failure)]
async fn absent() -> flash::Result<()> {
    Ok(())
}

fn main() {}
