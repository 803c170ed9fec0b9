//! An error that can't absorb a failed call.

#[derive(serde::Serialize, serde::Deserialize)]
enum Broken {
    Odd,
}

#[flash::remote]
async fn half(n: u64) -> Result<u64, Broken> {
    if n % 2 == 1 { Err(Broken::Odd) } else { Ok(n / 2) }
}

fn main() {}
