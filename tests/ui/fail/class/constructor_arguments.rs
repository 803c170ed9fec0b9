//! Nobody is there to pass them.

struct Model;

#[flash::remote]
impl Model {
    async fn open(path: String, size: u64) -> flash::Result<Self> {
        drop((path, size));
        Ok(Self)
    }

    async fn predict(&self) -> flash::Result<()> {
        Ok(())
    }
}

fn main() {}
