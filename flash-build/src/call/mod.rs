//! Calling one function of a running program, from the command line.

mod answer;
mod arguments;
mod connect_time;
mod pretty;
mod problem;
mod request;
mod target;

pub use answer::{Answer, Shape, json_text};
pub use arguments::Arguments;
pub use problem::explain;
pub use request::{Request, Timing};
pub use target::Target;
