//! All calls share one instance.

struct Model;

#[flash::remote]
impl Model {
    fn new() -> Self {
        Self
    }

    async fn change(&mut self) -> flash::Result<()> {
        Ok(())
    }

    async fn consume(self) -> flash::Result<()> {
        Ok(())
    }

    async fn boxed(self: Box<Self>) -> flash::Result<()> {
        Ok(())
    }
}

fn main() {}
