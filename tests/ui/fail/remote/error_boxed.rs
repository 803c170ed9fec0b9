//! The error that many programs start with.

#[flash::remote]
async fn parse(text: String) -> Result<u64, Box<dyn std::error::Error>> {
    Ok(text.parse()?)
}

fn main() {}
