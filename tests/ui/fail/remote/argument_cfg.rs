//! An argument that some builds lack.

#[flash::remote]
async fn count(text: String, #[cfg(unix)] mode: u32) -> flash::Result<usize> {
    Ok(text.len() + mode as usize)
}

fn main() {}
