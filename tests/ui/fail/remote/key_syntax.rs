//! What isn't a key at all.

#[flash::remote("api")]
async fn text() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(resource: "api")]
async fn colon() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(resource("api"))]
async fn list() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(resource = "api" timeout = "1s")]
async fn comma() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(resource = , timeout = "soon")]
async fn value() -> flash::Result<()> {
    Ok(())
}

fn main() {}
