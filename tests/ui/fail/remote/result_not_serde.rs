//! A result that serde doesn't know.

struct Image;

#[flash::remote]
async fn render(width: u32) -> flash::Result<Image> {
    let _ = width;
    Ok(Image)
}

fn main() {}
