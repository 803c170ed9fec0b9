//! A path of the crate that isn't there.

#[flash::main(crate = flesh)]
async fn main() {}
