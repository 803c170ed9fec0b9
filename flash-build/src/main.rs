//! The `cargo flash` command.
fn main() {}
