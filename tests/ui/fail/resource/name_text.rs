//! A constant string that can't be part of a host name.

const NAME: &str = "GPU 1";

#[flash::remote(resource = NAME)]
async fn render() -> flash::Result<()> {
    Ok(())
}

fn main() {}
