//! Parameters.

#[flash::main]
fn main<T>() {}
