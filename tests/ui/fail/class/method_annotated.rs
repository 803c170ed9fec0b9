//! The attribute on the `impl` and on a method.

struct Model;

#[flash::remote]
impl Model {
    fn new() -> Self {
        Self
    }

    #[flash::remote(timeout = "1s")]
    async fn predict(&self) -> flash::Result<()> {
        Ok(())
    }
}

fn main() {}
