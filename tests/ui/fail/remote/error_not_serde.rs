//! An error that can't travel.

struct Broken;

impl From<flash::Error> for Broken {
    fn from(_: flash::Error) -> Self {
        Self
    }
}

#[flash::remote]
async fn half(n: u64) -> Result<u64, Broken> {
    if n % 2 == 1 { Err(Broken) } else { Ok(n / 2) }
}

fn main() {}
