//! Workers, their scaling, and the gateway in front of them.
//!
//! | module | holds |
//! |---|---|
//! | `spec`, `settings`, `status` | what hosting is told, and what it tells |
//! | `hosting` | all endpoints of a platform |
//! | `endpoint`, `generation`, `slot` | who gets which worker; the one lock of an endpoint |
//! | `keeper`, `demand`, `backoff` | how many workers there should be, and what is due for that |
//! | `attendant`, `launch`, `process`, `log` | one process of a worker, from its start to its end |
//! | `mark`, `survivors`, `takeover` | finding the workers of a platform that was killed |
//! | `gateway` | requests on their way to a worker and back |
//!
//! `docs/hosting.md` describes the behaviour.

mod attendant;
mod backoff;
mod demand;
mod endpoint;
mod error;
mod gateway;
mod generation;
#[expect(clippy::module_inception, reason = "it holds `Hosting`")]
mod hosting;
mod keeper;
mod launch;
mod log;
mod mark;
mod observe;
mod process;
mod settings;
mod slot;
mod spec;
mod status;
mod survivors;
mod takeover;

pub use error::HostingError;
pub use gateway::{Body, BodyError, Steady};
pub use hosting::{AtShutdown, Hosting};
pub use log::{LogChunk, LogPosition};
pub use settings::HostingSettings;
pub use spec::{EndpointSpec, Kind, Program, Scaling, Variable};
pub use status::{
    EndpointStatus, GenerationPhase, GenerationStatus, JobCounts, WorkerCounts, WorkerState, WorkerStatus,
};
pub use survivors::end_survivors;
