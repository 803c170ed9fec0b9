//! A generic in disguise.

#[flash::remote]
async fn show(value: impl ToString, all: Vec<impl ToString>) -> flash::Result<String> {
    Ok(value.to_string() + &all[0].to_string())
}

fn main() {}
