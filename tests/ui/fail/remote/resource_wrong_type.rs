//! Constants that are no resources.

const COUNT: u8 = 1;

#[flash::remote(resource = COUNT)]
async fn render() -> flash::Result<()> {
    Ok(())
}

fn main() {}
