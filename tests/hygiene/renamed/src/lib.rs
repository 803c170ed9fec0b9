//! A crate that calls the SDK and serde by names of its own, and has another thing called `flash`.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unreachable_pub)]

/// Not the SDK.
pub mod flash {}

/// The SDK, by a path.
pub mod reexported {
    pub use fl as inner;
}

/// Documented.
#[derive(Debug, PartialEq, Eq, ser::Serialize, ser::Deserialize, fl::Type)]
#[serde(crate = "ser")]
#[flash(crate = fl)]
pub struct Job {
    /// Documented.
    pub id: u64,
}

/// Documented.
#[fl::resource(crate = fl)]
pub const GPU: fl::ServerlessResource = fl::ServerlessResource::new("renamed");

/// Documented.
#[fl::remote(crate = fl, resource = GPU, method = "POST", path = "/renamed")]
pub async fn renamed(job: Job) -> fl::Result<Job> {
    Ok(job)
}

/// Documented.
#[fl::remote(crate = ::fl)]
pub fn renamed_sync(job: &Job) -> fl::Result<u64> {
    Ok(job.id)
}

/// Documented.
#[fl::remote(crate = crate::reexported::inner)]
pub async fn renamed_by_path(text: &str) -> Result<usize, fl::AnyError> {
    Ok(text.len())
}

mod inside {
    //! A path that is relative to another module.

    #[fl::remote(crate = super::reexported::inner)]
    async fn renamed_by_super() -> fl::Result<()> {
        Ok(())
    }
}

/// Documented.
#[derive(Debug)]
pub struct Renamed;

#[fl::remote(crate = fl, resource = GPU)]
impl Renamed {
    fn new() -> Self {
        Self
    }

    /// Documented.
    #[flash(timeout = "5s")]
    pub async fn call(&self, job: Job) -> fl::Result<Job> {
        Ok(job)
    }
}
