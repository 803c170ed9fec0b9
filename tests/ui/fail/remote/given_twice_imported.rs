//! The attribute twice, under a name of the user's choice.

use flash::remote;

#[remote]
#[remote(timeout = "1s")]
async fn once() -> flash::Result<()> {
    Ok(())
}

fn main() {}
