//! The constructor runs on the worker's threads.

use std::rc::Rc;

struct Model(usize);

#[flash::remote]
impl Model {
    async fn new() -> Self {
        let shared = Rc::new(1);
        tokio::task::yield_now().await;
        Self(*shared)
    }

    async fn predict(&self) -> flash::Result<usize> {
        Ok(self.0)
    }
}

fn main() {}
