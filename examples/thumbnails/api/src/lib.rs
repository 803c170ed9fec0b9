//! A thumbnail service. Its API looks at an image's header, and leaves the pixels to the CPU endpoint.

mod arguments;
mod routes;

pub use arguments::Arguments;
pub use routes::{Formats, Inspection, formats, inspect, make_thumbnail, name_colour};
