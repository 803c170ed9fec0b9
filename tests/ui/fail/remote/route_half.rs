//! A method without a path, and the other way round.

#[flash::remote(method = "POST")]
async fn no_path() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(path = "/a")]
async fn no_method() -> flash::Result<()> {
    Ok(())
}

fn main() {}
