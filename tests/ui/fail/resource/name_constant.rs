//! The same in a name alone.

const GPU: flash::ResourceName = flash::ResourceName::new("_gpu");

#[flash::remote(resource = GPU)]
async fn render() -> flash::Result<()> {
    Ok(())
}

fn main() {}
