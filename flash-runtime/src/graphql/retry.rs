//! When a request is sent again, and after what pause.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

/// How often and how patiently.
///
/// Only queries are sent again: a mutation whose answer was lost may have been carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Retry {
    /// Tries in all, the first included.
    pub tries: u32,
    /// Pause before the second try; it doubles from there.
    pub first_pause: Duration,
    /// No pause is longer than this.
    pub longest_pause: Duration,
}

impl Retry {
    /// What the control plane's own clients do: 4 tries, 1 s doubling to 15 s at most.
    pub(crate) const CONTROL_PLANE: Self =
        Self { tries: 4, first_pause: Duration::from_secs(1), longest_pause: Duration::from_secs(15) };

    /// The pause after this many failed tries, 20 % more or less, so that clients that failed together don't
    /// come back together.
    pub(crate) fn pause(&self, failed: u32) -> Duration {
        let doubled =
            self.first_pause.saturating_mul(1_u32.checked_shl(failed.saturating_sub(1)).unwrap_or(u32::MAX));
        doubled.min(self.longest_pause).mul_f64(0.8 + 0.4 * fraction())
    }
}

/// A number from 0 to 1, another one each time. `RandomState` draws from the operating system's randomness;
/// nothing here needs more.
fn fraction() -> f64 {
    let random = RandomState::new().build_hasher().finish() >> 32;
    f64::from(u32::try_from(random).unwrap_or(0)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_within_their_jitter_and_have_an_end() {
        for (failed, seconds) in [(1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (5, 15.0), (40, 15.0)] {
            let pauses: Vec<f64> =
                (0..50).map(|_| Retry::CONTROL_PLANE.pause(failed).as_secs_f64()).collect();
            let (least, most) = (seconds * 0.8 - 1e-6, seconds * 1.2 + 1e-6);
            assert!(pauses.iter().all(|pause| (least..=most).contains(pause)), "{failed}: {pauses:?}");
            assert!(pauses.iter().any(|pause| (pause - pauses[0]).abs() > 1e-9), "no jitter: {pauses:?}");
        }
    }
}
