//! A constant that is no resource.

const GPU: &str = "gpu";

#[flash::remote(resource = GPU)]
async fn render() -> flash::Result<()> {
    Ok(())
}

fn main() {}
