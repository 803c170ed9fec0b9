//! A constant that nobody can refer to.

#[flash::resource]
const _: flash::ServerlessResource = flash::ServerlessResource::new("gpu");

fn main() {}
