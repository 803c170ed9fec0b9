//! Generic methods.

struct Model;

#[flash::remote]
impl Model {
    fn new() -> Self {
        Self
    }

    async fn predict<T: ToString>(&self, value: T, other: impl ToString) -> flash::Result<String> {
        Ok(value.to_string() + &other.to_string())
    }
}

fn main() {}
