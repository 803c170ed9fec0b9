//! A result that stays on its thread.

use std::rc::Rc;

#[derive(serde::Serialize, serde::Deserialize)]
struct Local {
    #[serde(skip)]
    shared: Rc<u8>,
}

#[flash::remote]
async fn make() -> flash::Result<Local> {
    Ok(Local { shared: Rc::new(1) })
}

fn main() {}
