//! Keys of methods on the class, and the other way round.

struct Model;

#[flash::remote(resource = "gpu", path = "/predict", idempotent)]
impl Model {
    fn new() -> Self {
        Self
    }

    #[flash(resource = "cpu", name = "guess")]
    async fn predict(&self) -> flash::Result<()> {
        Ok(())
    }
}

fn main() {}
