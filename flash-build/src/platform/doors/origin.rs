//! Pages in a browser have no business here.

use http::header::ORIGIN;
use http::{HeaderMap, StatusCode};

use super::Refusal;

/// Refuses every request that a page's script or form sent: browsers, and only they, say where it came from.
///
/// # Errors
/// There is an `Origin`, be it `null`.
pub fn refuse_browsers(headers: &HeaderMap) -> Result<(), Refusal> {
    if headers.contains_key(ORIGIN) {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "requests of web pages (with an Origin) are refused",
        ));
    }
    Ok(())
}
