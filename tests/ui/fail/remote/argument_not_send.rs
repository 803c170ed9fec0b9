//! A type that stays on its thread.

use std::rc::Rc;

#[derive(serde::Serialize, serde::Deserialize)]
struct Local {
    #[serde(skip)]
    shared: Rc<u8>,
}

#[flash::remote]
async fn take(local: Local) -> flash::Result<u8> {
    Ok(*local.shared)
}

fn main() {}
