//! A type that only this process knows.

#[flash::remote]
async fn show(value: Box<dyn ToString + Send>, other: &dyn ToString) -> flash::Result<String> {
    Ok(value.to_string() + &other.to_string())
}

fn main() {}
