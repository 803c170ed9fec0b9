//! How many workers, when.

use std::time::Duration;

use super::{Kind, ProviderError};

/// How many workers, when. The methods give what holds, declared or not.
///
/// ```
/// use flash::provider::{Kind, Scaler, Scaling};
///
/// let scaling = Scaling { max: Some(4), ..Scaling::default() };
/// assert_eq!((scaling.workers_min(), scaling.workers_max()), (0, 4));
/// assert_eq!(scaling.scaler(Kind::LoadBalanced), Scaler::RequestCount);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scaling {
    /// Workers that always run.
    pub min: Option<u32>,
    /// Workers at most.
    pub max: Option<u32>,
    /// Seconds that a worker beyond `min` may rest.
    pub idle_timeout_s: Option<u32>,
    /// What adds workers.
    pub scaler: Option<Scaler>,
    /// Seconds of delay, or requests per worker.
    pub value: Option<u32>,
    /// Workers that are kept prepared for a fast start, where the platform has such.
    pub prepared: Option<u32>,
}

/// What adds workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scaler {
    /// Time that work waits.
    QueueDelay,
    /// Requests per worker.
    RequestCount,
}

impl Scaling {
    /// Workers that always run: 0 unless declared.
    #[must_use]
    pub fn workers_min(&self) -> u32 {
        self.min.unwrap_or(0)
    }

    /// Workers at most: 1 unless declared, or as many as always run.
    #[must_use]
    pub fn workers_max(&self) -> u32 {
        self.max.unwrap_or_else(|| self.workers_min().max(1))
    }

    /// How long a worker may rest: 60 s unless declared.
    #[must_use]
    pub fn idle_timeout(&self) -> Duration {
        Duration::from_secs(self.idle_timeout_s.unwrap_or(60).into())
    }

    /// What adds workers.
    #[must_use]
    pub fn scaler(&self, kind: Kind) -> Scaler {
        self.scaler.unwrap_or(match kind {
            Kind::QueueBased => Scaler::QueueDelay,
            Kind::LoadBalanced => Scaler::RequestCount,
        })
    }

    /// Seconds of delay, or requests per worker: 4 unless declared.
    #[must_use]
    pub fn scaler_value(&self) -> u32 {
        self.value.unwrap_or(4)
    }

    pub(super) fn check(&self, kind: Kind) -> Result<(), ProviderError> {
        let (min, max) = (self.workers_min(), self.workers_max());
        if min > max {
            return Err(ProviderError::invalid(
                "workersMax",
                format!("is {max}, less than workersMin {min}"),
            ));
        }
        if let Some(seconds) = self.idle_timeout_s.filter(|seconds| !(1..=3600).contains(seconds)) {
            return Err(ProviderError::invalid(
                "idleTimeout",
                format!("is {seconds}, expected 1 to 3600 seconds"),
            ));
        }
        if self.scaler_value() == 0 {
            return Err(ProviderError::invalid("scalerValue", "is 0, expected at least 1"));
        }
        if kind == Kind::LoadBalanced && self.scaler(kind) == Scaler::QueueDelay {
            return Err(ProviderError::invalid(
                "scalerType",
                "is QUEUE_DELAY, which a load-balanced endpoint can't have",
            ));
        }
        Ok(())
    }
}
