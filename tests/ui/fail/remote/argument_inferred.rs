//! A type left open.

#[flash::remote]
async fn count(list: Vec<_>) -> flash::Result<usize> {
    Ok(list.len())
}

fn main() {}
