//! HTTP methods.

#[flash::remote(method = "post", path = "/a")]
async fn lower() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(method = "FETCH", path = "/b")]
async fn unknown() -> flash::Result<()> {
    Ok(())
}

fn main() {}
