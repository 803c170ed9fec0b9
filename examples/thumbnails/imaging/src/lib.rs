//! The image functions of the thumbnail example, and the CPU endpoint that they run on.
//!
//! Everything is decided by an image's bytes; what a caller says about them is not believed.

mod colour;
mod error;
mod format;
mod header;
mod palette;
mod pixels;
mod size;
mod thumbnail;

use std::time::Duration;

pub use colour::{NotAColour, Rgb};
pub use error::ImageError;
pub use format::Format;
pub use header::{Header, MAX_PIXELS};
pub use palette::{Named, Palette, PaletteError, PaletteRemote, Swatch};
pub use size::MAX_SIDE;
pub use thumbnail::thumbnail;

/// Decoding is bound by the CPU, so a worker takes as many calls at once as it has cores.
#[flash::resource]
pub const IMAGING: flash::ServerlessResource = flash::ServerlessResource::new("imaging")
    .cpus(&[flash::CpuInstance::Cpu3c4x8])
    .max_concurrency(4)
    .workers(0, 4)
    .idle_timeout(Duration::from_secs(60))
    .execution_timeout(Duration::from_secs(30));
