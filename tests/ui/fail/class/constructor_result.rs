//! Neither an instance nor a reason.

struct Model;

#[flash::remote]
impl Model {
    fn new() -> Option<Self> {
        Some(Self)
    }

    async fn predict(&self) -> flash::Result<()> {
        Ok(())
    }
}

fn main() {}
