//! One instantiation of a generic type.

struct Model<T>(T);

#[flash::remote]
impl Model<u8> {
    fn new() -> Self {
        Self(1)
    }

    async fn predict(&self) -> flash::Result<u8> {
        Ok(self.0)
    }
}

fn main() {}
