//! The name that the attribute itself needs.

struct Model;

#[flash::remote]
impl Model {
    fn new() -> Self {
        Self
    }

    async fn remote(&self) -> flash::Result<()> {
        Ok(())
    }
}

fn main() {}
