//! Which of the two?

struct Model;

#[flash::remote]
impl Model {
    fn new() -> Self {
        Self
    }

    fn open() -> flash::Result<Self> {
        Ok(Self)
    }

    async fn predict(&self) -> flash::Result<()> {
        Ok(())
    }
}

fn main() {}
