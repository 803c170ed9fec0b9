//! Mistakes in the body stay where they are.

#[flash::remote]
async fn count(text: String, list: &[u8]) -> flash::Result<usize> {
    drop(text);
    let n: u8 = "1";
    Ok(list.len() + usize::from(n) + missing + text.len())
}

fn main() {}
