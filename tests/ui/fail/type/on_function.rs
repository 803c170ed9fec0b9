//! A derive goes on a type.

#[derive(flash::Type)]
fn job() {}

fn main() {}
