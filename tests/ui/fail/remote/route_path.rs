//! Paths that no request can have.

#[flash::remote(method = "GET", path = "users")]
async fn relative() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(method = "GET", path = "/users?id=1")]
async fn query() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(method = "GET", path = "/users/")]
async fn trailing() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(method = "GET", path = "/users/:id")]
async fn colon(id: u64) -> flash::Result<u64> {
    Ok(id)
}

#[flash::remote(method = "GET", path = "/users/user-{id}")]
async fn half(id: u64) -> flash::Result<u64> {
    Ok(id)
}

#[flash::remote(method = "GET", path = "/files/{*rest}")]
async fn rest(rest: String) -> flash::Result<String> {
    Ok(rest)
}

fn main() {}
