//! Another error into `flash::Result` by `?`.

#[flash::remote]
fn parse(text: String) -> flash::Result<u64> {
    Ok(text.parse::<u64>()?)
}

fn converted(error: std::num::ParseIntError) -> flash::Error {
    flash::Error::from(error)
}

fn main() {}
