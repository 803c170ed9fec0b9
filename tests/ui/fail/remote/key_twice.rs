//! A key given twice.

#[flash::remote(resource = "api", timeout = "1s", resource = "web")]
async fn twice() -> flash::Result<()> {
    Ok(())
}

fn main() {}
