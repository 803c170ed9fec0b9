//! The same in a function that borrows.

use std::rc::Rc;

#[flash::remote]
async fn hold(text: &str) -> flash::Result<usize> {
    let shared = Rc::new(text.len());
    tokio::task::yield_now().await;
    Ok(*shared)
}

fn main() {}
