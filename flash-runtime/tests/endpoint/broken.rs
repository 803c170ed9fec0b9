//! A class that can't be built, written with the attribute.

use flash::Error;

/// Without weights.
pub struct Broken;

#[flash::remote(resource = "main")]
impl Broken {
    /// Fails.
    pub fn new() -> flash::Result<Self> {
        Err(Error::new("no weights"))
    }

    /// Never runs.
    pub async fn run(&self, x: f64) -> flash::Result<f64> {
        Ok(x)
    }

    /// Never runs.
    pub fn run_plain(&self) -> flash::Result<()> {
        Ok(())
    }
}
