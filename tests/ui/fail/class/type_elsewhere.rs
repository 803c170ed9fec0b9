//! A type of another crate.

#[flash::remote]
impl String {
    fn new() -> Self {
        String::default()
    }

    async fn predict(&self) -> flash::Result<()> {
        Ok(())
    }
}

fn main() {}
