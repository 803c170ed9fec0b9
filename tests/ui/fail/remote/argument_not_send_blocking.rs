//! The same in a plain function, which runs on another thread.

use std::rc::Rc;

#[derive(serde::Serialize, serde::Deserialize)]
struct Local {
    #[serde(skip)]
    shared: Rc<u8>,
}

#[flash::remote]
fn take(local: Local, other: &Local) -> flash::Result<u8> {
    Ok(*local.shared + *other.shared)
}

fn main() {}
