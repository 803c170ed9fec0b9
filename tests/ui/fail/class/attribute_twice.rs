//! The attribute twice.

struct Model;

#[flash::remote]
#[flash::remote(resource = "gpu")]
impl Model {
    fn new() -> Self {
        Self
    }

    async fn predict(&self) -> flash::Result<()> {
        Ok(())
    }
}

fn main() {}
