//! Nobody chooses the type.

struct Model;

#[flash::remote]
impl Model {
    fn new<T: Default>() -> Self {
        let _ = T::default();
        Self
    }

    async fn predict(&self) -> flash::Result<()> {
        Ok(())
    }
}

fn main() {}
