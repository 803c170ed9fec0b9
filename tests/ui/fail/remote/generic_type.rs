//! Parameters.

#[flash::remote]
async fn show<T: ToString, const N: usize>(list: [T; N]) -> flash::Result<String> {
    Ok(list.iter().map(ToString::to_string).collect())
}

fn main() {}
