//! Images to try the thumbnail example on, drawn rather than taken, so that they belong to nobody; and the
//! requests that it is tested with.

mod badge;
mod case;
mod cases;
mod harbour;
mod noise;
mod request;

pub use badge::badge;
pub use case::{Case, Expected};
pub use cases::cases;
pub use harbour::{harbour, harbour_png};
pub use request::{Answer, send};
