//! Something that stays on its thread, held across an await.

use std::rc::Rc;

#[flash::remote]
async fn hold(text: String) -> flash::Result<usize> {
    let shared = Rc::new(text);
    tokio::task::yield_now().await;
    Ok(shared.len())
}

fn main() {}
