//! A constant that is no resource.

const GPU: u8 = 1;

struct Model;

#[flash::remote(resource = GPU)]
impl Model {
    fn new() -> Self {
        Self
    }

    async fn predict(&self) -> flash::Result<()> {
        Ok(())
    }
}

fn main() {}
