//! Members that are neither constructor nor remote method.

struct Model;

#[flash::remote]
impl Model {
    const LIMIT: u8 = 1;

    fn new() -> Self {
        Self
    }

    fn double(n: u8) -> u8 {
        n * 2
    }

    async fn predict(&self) -> flash::Result<u8> {
        Ok(Self::double(Self::LIMIT))
    }
}

fn main() {}
