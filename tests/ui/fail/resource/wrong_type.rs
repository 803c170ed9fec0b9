//! Constants of other types.

#[flash::resource]
const GPU: &str = "gpu";

#[flash::resource]
const CPU: flash::ResourceName = flash::ResourceName::new("cpu");

fn main() {}
