//! Something that stays on its thread, held across an await.

use std::rc::Rc;

struct Model;

#[flash::remote]
impl Model {
    fn new() -> Self {
        Self
    }

    async fn predict(&self, text: String) -> flash::Result<usize> {
        let shared = Rc::new(text);
        tokio::task::yield_now().await;
        Ok(shared.len())
    }
}

fn main() {}
