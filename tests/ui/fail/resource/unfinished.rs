//! A declaration without a value.

#[flash::resource]
const JOBS: flash::ServerlessResource;

fn main() {}
