//! A type of the user's that borrows what it was read from.

#[derive(serde::Serialize, serde::Deserialize)]
struct Text<'a> {
    text: &'a str,
}

#[flash::remote]
async fn count(text: Text<'_>) -> flash::Result<usize> {
    Ok(text.text.len())
}

fn main() {}
