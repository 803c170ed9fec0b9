//! Keys.

#[flash::main(resource = "api")]
async fn main() {}
