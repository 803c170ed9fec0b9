//! The other order: tokio's `main` leaves a plain one, which needs no runtime of ours, and is accepted by
//! neither for its arguments.

#[flash::main]
#[tokio::main(flavor = "current_thread")]
async fn main() -> flash::Result<()> {
    Ok(())
}
