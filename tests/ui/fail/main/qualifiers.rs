//! Qualifiers.

#[flash::main]
async unsafe fn main() {}
