//! An instance that can't be shared.

use std::cell::Cell;

struct Model {
    count: Cell<u64>,
}

#[flash::remote]
impl Model {
    fn new() -> Self {
        Self { count: Cell::new(0) }
    }

    fn predict(&self) -> flash::Result<u64> {
        Ok(self.count.get())
    }

    async fn count(&self) -> flash::Result<u64> {
        Ok(self.count.get())
    }
}

fn main() {}
