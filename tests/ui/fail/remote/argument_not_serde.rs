//! An argument that serde doesn't know.

struct Image(Vec<u8>);

#[flash::remote]
async fn shrink(image: Image, width: u32) -> flash::Result<usize> {
    Ok(image.0.len() / width as usize)
}

fn main() {}
