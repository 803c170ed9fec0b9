//! Workers, their scaling, and the gateway in front of them.

mod spec;

pub use spec::{EndpointSpec, Kind, Program, Scaling, Variable};
