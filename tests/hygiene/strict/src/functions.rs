//! Functions.

use std::borrow::Cow;
use std::path::Path;

use crate::types::{Job, Page};

/// Documented.
///
/// # Errors
/// When the call fails.
#[flash::remote(resource = "strict", method = "POST", path = "/strict/{id}", timeout = "5s", idempotent)]
pub async fn routed(id: u64, job: Job) -> flash::Result<Page<Job>> {
    Ok(Page::new(vec![job], Some(id)))
}

/// Documented.
///
/// # Errors
/// When the call fails.
#[flash::remote]
pub async fn borrowed(text: &str, jobs: &[Job], path: &Path, cow: Cow<'_, str>) -> flash::Result<usize> {
    helper(text).await.map(|length| length + jobs.len() + path.iter().count() + cow.len())
}

#[flash::remote]
async fn helper(text: &str) -> flash::Result<usize> {
    Ok(text.len())
}

#[flash::remote]
async fn uncalled((a, mut b): (u8, u8), _: Option<u8>) -> flash::Result<u8> {
    b += a;
    Ok(b)
}

/// Documented.
///
/// # Errors
/// When the text is no number.
#[flash::remote(name = "strict-parse")]
pub fn parse(text: &str) -> Result<u8, flash::AnyError> {
    Ok(text.parse()?)
}

/// Documented.
#[flash::remote(on_failure = "panic")]
#[must_use]
pub fn plain(n: u8) -> u8 {
    n.saturating_add(1)
}

/// Documented.
///
/// # Errors
/// When the call fails.
#[flash::remote]
#[deprecated(note = "use `plain`")]
pub fn old(n: u8) -> flash::Result<u8> {
    Ok(n)
}

/// Documented.
///
/// # Errors
/// When the call fails.
#[flash::remote]
#[expect(clippy::too_many_arguments, reason = "eight of them are the point, and one expectation is enough")]
pub async fn eight(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8) -> flash::Result<[u8; 8]> {
    Ok([a, b, c, d, e, f, g, h])
}

pub(crate) mod inner {
    //! Narrower.

    #[flash::remote]
    pub(crate) async fn in_crate(n: u8) -> flash::Result<u8> {
        in_super(n).await
    }

    #[flash::remote]
    pub(super) async fn in_super(n: u8) -> flash::Result<u8> {
        Ok(n)
    }
}

/// Documented.
///
/// # Errors
/// When the call fails.
#[flash::remote]
pub async fn through(n: u8) -> flash::Result<u8> {
    inner::in_crate(n).await
}
