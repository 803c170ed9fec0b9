//! How long a worker that ended rests before it is started again.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(10);

/// A worker that served this long has recovered: its next rest is the first one again.
pub(super) const RECOVERED: Duration = Duration::from_secs(10);

/// This many ends in a row before a worker ever got ready mean that starting it again is no use.
pub(super) const MAX_FAILED_STARTS: u32 = 5;

/// The rests of one worker.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    rests: u32,
    failed_starts: u32,
}

/// What to do about a worker that ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Start it again after this rest.
    Restart(Duration),
    /// It never gets ready; stop trying.
    GiveUp,
}

impl Backoff {
    /// Decides after an end. `served` is how long the worker had been ready, `None` if it never was.
    pub(super) fn after_end(&mut self, served: Option<Duration>) -> Next {
        match served {
            None => self.failed_starts += 1,
            Some(_) => self.failed_starts = 0,
        }
        if self.failed_starts >= MAX_FAILED_STARTS {
            return Next::GiveUp;
        }
        if served.is_some_and(|time| time >= RECOVERED) {
            self.rests = 0;
        }
        let rest = FIRST.saturating_mul(1 << self.rests.min(16)).min(LONGEST);
        self.rests += 1;
        Next::Restart(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_double_up_to_ten_seconds() {
        let mut backoff = Backoff::default();
        let rests: Vec<_> = (0..9).map(|_| backoff.after_end(Some(Duration::from_secs(1)))).collect();
        let expected = [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000];
        assert_eq!(rests, expected.map(|ms| Next::Restart(Duration::from_millis(ms))));
    }

    #[test]
    fn ten_seconds_of_health_forgive() {
        let mut backoff = Backoff::default();
        for _ in 0..6 {
            backoff.after_end(Some(Duration::ZERO));
        }
        assert_eq!(backoff.after_end(Some(RECOVERED)), Next::Restart(FIRST));
    }

    #[test]
    fn five_failed_starts_in_a_row_end_it() {
        let mut backoff = Backoff::default();
        for _ in 0..4 {
            assert_ne!(backoff.after_end(None), Next::GiveUp);
        }
        assert_eq!(backoff.after_end(None), Next::GiveUp);

        let mut recovers = Backoff::default();
        for _ in 0..20 {
            assert_ne!(recovers.after_end(None), Next::GiveUp);
            assert_ne!(recovers.after_end(Some(Duration::ZERO)), Next::GiveUp);
        }
    }
}
