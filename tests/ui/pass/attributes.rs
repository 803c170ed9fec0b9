//! Attributes of the user's, before and after ours.

#![deny(warnings, missing_docs)]
#![expect(deprecated, reason = "a deprecated function is called below")]

use flash::remote;

/// Documented.
///
/// At length.
#[remote]
#[must_use = "it computes"]
#[inline]
pub async fn kept(
    n: u8,
) -> flash::Result<u8> {
    Ok(n)
}

/// Documented.
#[deprecated(note = "use `kept`")]
#[flash::remote]
pub async fn old() -> flash::Result<()> {
    old_too().map(|_| ())
}

/// Documented.
#[flash::remote]
#[deprecated]
pub fn old_too() -> flash::Result<u8> {
    Ok(1)
}

/// Documented.
#[cfg(all())]
#[flash::remote]
pub async fn present() -> flash::Result<()> {
    Ok(())
}

/// Documented.
#[flash::remote]
#[cfg(any())]
pub async fn absent(_: Missing) -> flash::Result<()> {
    Ok(())
}

/// Documented.
#[flash::remote]
#[cfg_attr(all(), doc = "More.", must_use)]
#[cfg_attr(any(), missing_attribute)]
pub async fn conditional() -> flash::Result<()> {
    Ok(())
}

/// Documented.
#[expect(unused_variables, reason = "the lint is met once, and only in the body")]
#[flash::remote]
pub async fn expected(argument: u8) -> flash::Result<()> {
    let local = 1;
    Ok(())
}

/// Documented.
#[flash::remote]
#[allow(non_snake_case, unused_mut)]
pub async fn Allowed(mut argument: u8) -> flash::Result<u8> {
    Ok(argument)
}

/// Documented.
#[flash::remote]
#[cold]
#[track_caller]
pub fn placed() -> flash::Result<u32> {
    Ok(std::panic::Location::caller().line())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> flash::Result<()> {
    kept(1).await?;
    old().await?;
    present().await?;
    conditional().await?;
    expected(1).await?;
    Allowed(1).await?;
    assert_eq!(placed()?, line!());
    assert!(flash::registry::find("present").is_some());
    assert!(flash::registry::find("absent").is_none());
    Ok(())
}
