//! A function that isn't `main`.

#[flash::main]
async fn start() -> flash::Result<()> {
    Ok(())
}

fn main() {
    let _ = start();
}
