//! Attributes of others, which look at the function before or after ours.

/// Documented.
///
/// # Errors
/// When the call fails.
#[hygiene_foreign::counted]
#[flash::remote]
pub async fn before(n: u8) -> flash::Result<u8> {
    Ok(n)
}

/// Documented.
///
/// # Errors
/// When the call fails.
#[flash::remote]
#[hygiene_foreign::counted]
pub async fn after(n: u8) -> flash::Result<u8> {
    Ok(n)
}

/// Documented.
#[derive(Debug, Clone, Copy)]
pub struct Watched;

#[flash::remote]
impl Watched {
    const fn new() -> Self {
        Self
    }

    /// Documented.
    ///
    /// # Errors
    /// When the call fails.
    #[hygiene_foreign::counted]
    pub async fn call(&self) -> flash::Result<()> {
        std::future::ready(Ok(())).await
    }
}
