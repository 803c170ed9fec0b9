//! A `where` clause.

#[flash::remote]
async fn show(text: String) -> flash::Result<String>
where
    String: Clone,
{
    Ok(text)
}

fn main() {}
