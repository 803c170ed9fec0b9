//! A reason that nobody could read.

struct Model;
struct Broken;

#[flash::remote]
impl Model {
    fn new() -> Result<Self, Broken> {
        Err(Broken)
    }

    async fn predict(&self) -> flash::Result<()> {
        Ok(())
    }
}

fn main() {}
