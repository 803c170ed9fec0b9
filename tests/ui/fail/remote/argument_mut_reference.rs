//! A change on the other side would be lost.

#[flash::remote]
async fn push(list: &mut Vec<u8>, text: &mut str) -> flash::Result<()> {
    list.push(text.len() as u8);
    Ok(())
}

fn main() {}
