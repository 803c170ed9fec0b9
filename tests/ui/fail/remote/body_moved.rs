//! The borrow checker's errors, too.

#[flash::remote]
async fn count(text: String, (a, mut b): (u8, u8)) -> flash::Result<usize> {
    b += a;
    drop(text);
    Ok(text.len() + usize::from(b))
}

fn main() {}
