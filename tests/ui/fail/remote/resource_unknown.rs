//! A constant that nobody declared.

#[flash::remote(resource = GPU)]
async fn render() -> flash::Result<()> {
    Ok(())
}

fn main() {}
