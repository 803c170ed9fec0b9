//! A type that stays on its thread.

use std::marker::PhantomData;

#[derive(serde::Serialize, serde::Deserialize)]
struct Local(u8, PhantomData<*const u8>);

#[flash::remote]
async fn take(local: Local) -> flash::Result<u8> {
    Ok(local.0)
}

fn main() {}
