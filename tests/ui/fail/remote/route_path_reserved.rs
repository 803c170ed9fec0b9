//! Paths of the endpoint itself.

#[flash::remote(method = "GET", path = "/ping")]
async fn ping() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(method = "POST", path = "/execute/mine")]
async fn execute() -> flash::Result<()> {
    Ok(())
}

fn main() {}
