//! Path parameters that name no argument.

#[flash::remote(method = "GET", path = "/users/{user}")]
async fn misnamed(id: u64) -> flash::Result<u64> {
    Ok(id)
}

#[flash::remote(method = "GET", path = "/users/{id}")]
async fn none() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(method = "GET", path = "/{id}/{id}")]
async fn twice(id: u64) -> flash::Result<u64> {
    Ok(id)
}

fn main() {}
