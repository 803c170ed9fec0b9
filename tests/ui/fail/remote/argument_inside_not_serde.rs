//! The type is inside another one.

struct Image(Vec<u8>);

#[flash::remote]
async fn shrink(images: Vec<Option<Image>>) -> flash::Result<usize> {
    Ok(images.iter().flatten().map(|image| image.0.len()).sum())
}

fn main() {}
