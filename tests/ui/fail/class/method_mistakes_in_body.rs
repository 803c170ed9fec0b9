//! Mistakes in bodies stay where they are.

struct Model;

#[flash::remote]
impl Model {
    fn new() -> Self {
        missing()
    }

    async fn predict(&self, text: &str) -> flash::Result<usize> {
        let n: u8 = text;
        Ok(usize::from(n))
    }
}

fn main() {}
