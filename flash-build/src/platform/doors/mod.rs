//! Which requests are let in: by name, by origin, by content type, by key.

mod bearer;
mod content;
mod names;
mod origin;
mod refusal;

pub use bearer::bearer;
pub use content::wants_json;
pub(super) use names::is_id;
pub use names::{Names, Place};
pub use origin::refuse_browsers;
pub use refusal::Refusal;
