//! Declarations of resources: typed constants, checked by the compiler, readable out of the binary.

mod declaration;
mod hardware;
mod json;
mod name;
mod named;

pub use declaration::{LoadBalancerSlsResource, ServerlessResource};
pub use hardware::{CpuInstance, CudaVersion, DataCenter, Gpu};
pub use json::Json;
pub use name::ResourceName;
#[cfg(feature = "mothership")]
pub(crate) use name::problem as name_problem;
pub use named::{Declared, NoDeclaration, NoName};
