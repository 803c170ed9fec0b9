//! Keys of the other attribute don't matter; nor does our own, twice.

#[flash::main]
#[tokio::main(flavor = "current_thread")]
#[flash::main]
async fn main() -> flash::Result<()> {
    Ok(())
}
