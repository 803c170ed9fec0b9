//! The same beside an own error.

struct Image;

#[flash::remote]
async fn render(width: u32) -> Result<Image, flash::Error> {
    let _ = width;
    Ok(Image)
}

fn main() {}
