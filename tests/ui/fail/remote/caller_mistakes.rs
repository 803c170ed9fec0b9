//! Mistakes of a caller are those of a call of a plain function.

#[flash::remote]
async fn count(text: &str) -> flash::Result<usize> {
    Ok(text.len())
}

async fn caller() -> flash::Result<usize> {
    count(7).await?;
    count("a", "b").await?;
    count("a")
}

fn main() {
    let _ = caller();
}
