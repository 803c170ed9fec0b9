//! Items that are no functions.

#[flash::remote]
struct Model;

#[flash::remote(resource = "gpu")]
pub enum Kind {
    One,
}

#[flash::remote]
trait Predict {}

#[flash::remote]
mod inner {}

#[flash::remote]
static COUNT: u8 = 1;

#[flash::remote]
const LIMIT: u8 = 1;

#[flash::remote]
use std::fmt;

#[flash::remote]
type Alias = u8;

fn main() {
    // The items stay.
    let _ = (Model, Kind::One, COUNT, LIMIT, 1 as Alias, fmt::Error);
}
