//! An instance that stays on its thread.

use std::rc::Rc;

struct Model(Rc<u64>);

#[flash::remote]
impl Model {
    async fn new() -> flash::Result<Self> {
        Ok(Self(Rc::new(1)))
    }

    async fn predict(&self) -> flash::Result<u64> {
        Ok(*self.0)
    }
}

fn main() {}
