//! Classes.

use std::future::ready;

use crate::types::Job;

/// Documented.
#[derive(Debug, Clone, Copy)]
pub struct Model {
    bias: usize,
}

#[flash::remote(resource = "strict")]
impl Model {
    async fn new() -> flash::Result<Self> {
        ready(Ok(Self { bias: 1 })).await
    }

    /// Documented.
    ///
    /// # Errors
    /// When the call fails.
    #[flash(method = "POST", path = "/predict")]
    pub async fn predict(&self, text: &str, (a, b): (usize, usize)) -> flash::Result<usize> {
        ready(Ok(self.bias + text.len() + a + b)).await
    }

    /// Documented.
    ///
    /// # Errors
    /// When the call fails.
    pub const fn bias(&self) -> flash::Result<usize> {
        Ok(self.bias)
    }

    /// Documented.
    ///
    /// # Errors
    /// When the call fails.
    #[deprecated]
    pub fn old(&self, job: Job) -> flash::Result<Job> {
        let mut tags = job.tags;
        tags.push(self.bias.to_string());
        Ok(Job { job_id: job.job_id, tags })
    }

    async fn uncalled(&self) -> flash::Result<()> {
        ready(Ok(())).await
    }
}

mod private {
    struct Hidden(u8);

    #[derive(serde::Serialize, serde::Deserialize)]
    struct Secret(u8);

    #[flash::remote]
    impl Hidden {
        const fn new() -> Self {
            Self(1)
        }

        async fn echo(&self, secret: Secret) -> flash::Result<Secret> {
            std::future::ready(Ok(secret)).await
        }

        fn plain(&self) -> flash::Result<u8> {
            self.0.checked_add(1).ok_or_else(|| flash::Error::new("too large"))
        }
    }
}

mod counter {
    #[derive(Debug)]
    pub(super) struct Counter(pub(super) u8);
}

#[flash::remote]
impl counter::Counter {
    fn new() -> Result<Self, std::num::ParseIntError> {
        "1".parse().map(Self)
    }

    pub(super) async fn count(&self) -> flash::Result<u8> {
        ready(Ok(self.0)).await
    }
}

/// Documented.
///
/// # Errors
/// When the call fails.
#[flash::remote]
pub async fn count() -> flash::Result<u8> {
    counter::Counter::remote().count().await
}
