//! A path of the crate that isn't there.

struct Model;

#[flash::remote(crate = flesh)]
impl Model {
    fn new() -> Self {
        Self
    }

    async fn predict(&self) -> flash::Result<()> {
        Ok(())
    }
}

fn main() {}
