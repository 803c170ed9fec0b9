//! What a resource has, on a function.

#[flash::remote(resource = "gpu", gpu = "A100", workers = 3)]
async fn render() -> flash::Result<()> {
    Ok(())
}

fn main() {}
