//! Constants of other types.

#[flash::resource]
const GPU: u8 = 1;

#[flash::resource]
const CPU: flash::ResourceName = flash::ResourceName::new("cpu");

fn main() {}
