//! An alias that isn't a `Result`.

type R = u64;

#[flash::remote]
async fn count(text: String) -> R {
    text.len() as u64
}

fn main() {}
