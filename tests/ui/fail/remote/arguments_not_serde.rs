//! Two of them, one by reference and one in a slice: one error each.

struct Image(Vec<u8>);
struct Mask(bool);

#[flash::remote]
async fn blend(image: &Image, masks: &[Mask]) -> flash::Result<usize> {
    Ok(image.0.len() + masks.iter().filter(|mask| mask.0).count())
}

fn main() {}
