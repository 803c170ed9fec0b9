//! Durations.

#[flash::remote(timeout = "30")]
async fn unit() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(timeout = "1d")]
async fn day() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(timeout = "0s")]
async fn zero() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(timeout = "48h")]
async fn long() -> flash::Result<()> {
    Ok(())
}

fn main() {}
