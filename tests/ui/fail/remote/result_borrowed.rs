//! References and lifetimes of the arguments.

use std::borrow::Cow;

#[flash::remote]
async fn first(text: &str) -> flash::Result<&str> {
    Ok(&text[..1])
}

#[flash::remote]
async fn trimmed<'a>(text: &'a str) -> flash::Result<Cow<'a, str>> {
    Ok(text.trim().into())
}

#[flash::remote]
async fn slice(list: &[u8]) -> flash::Result<Vec<&[u8]>> {
    Ok(vec![list])
}

fn main() {}
