//! The whole program, running: as one process or as one per endpoint, kept alive until it is told to stop.

mod app;
mod backoff;
mod build;
mod child;
mod interrupt;
mod listener;
mod log;
pub mod overview;
mod plan;
mod probe;
mod serving;
mod session;
mod sources;
mod stage;
mod unreadable;
mod watch;
mod worker;

pub use app::App;
pub use build::{Built, build, sources};
pub use child::{End, Launch, Running};
pub use interrupt::Interrupts;
pub use listener::Port;
pub use log::{Log, LogWriter};
pub use plan::{Mode, Setting, Sockets};
pub use probe::Probe;
pub use serving::{Rebuild, Serving, Settings, serve};
pub use session::{LockError, Session, SessionLock, random_key};
pub use sources::{Snapshot, Sources};
pub use stage::{Generation, Stage};
pub use unreadable::Unreadable;
pub use watch::Watch;
pub use worker::{Event, Order};
