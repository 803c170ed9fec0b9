//! A function that can report the failure.

#[flash::remote(on_failure = "panic")]
async fn both() -> flash::Result<u8> {
    Ok(1)
}

fn main() {}
