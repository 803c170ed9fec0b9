//! The result behind an alias.

struct Image;
type Rendered = Result<Image, flash::Error>;

#[flash::remote]
async fn render(width: u32) -> Rendered {
    let _ = width;
    Ok(Image)
}

fn main() {}
