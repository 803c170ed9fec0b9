//! References inside owned types.

#[flash::remote]
async fn join(words: Vec<&str>, more: Option<&[u8]>, both: (&str, u8)) -> flash::Result<usize> {
    Ok(words.len() + more.map_or(0, <[u8]>::len) + both.0.len())
}

#[flash::remote]
async fn deeper(words: &[&str], twice: &&u8) -> flash::Result<usize> {
    Ok(words.len() + usize::from(**twice))
}

fn main() {}
