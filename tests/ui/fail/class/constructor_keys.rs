//! The constructor is not called remotely.

struct Model;

#[flash::remote]
impl Model {
    #[flash(timeout = "5s")]
    fn new() -> Self {
        Self
    }

    async fn predict(&self) -> flash::Result<()> {
        Ok(())
    }
}

fn main() {}
