//! Mistakes in the body stay where they are.

#[flash::remote]
async fn count(text: String, list: &[u8]) -> flash::Result<usize> {
    drop(text);
    let n: u8 = text.len();
    Ok(list.len() + n + missing)
}

fn main() {}
