//! How long the workers of a generation rest after one of them ended unasked.

use std::time::{Duration, Instant};

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(60);

/// A worker that served this long has recovered: the next rest is the first one again.
const RECOVERED: Duration = Duration::from_secs(10);

/// So many ends in a row before a worker was ever healthy mean that nobody need wait for the next try.
const HOPELESS: u32 = 5;

/// The rests of one generation.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    rests: u32,
    failed_starts: u32,
    until: Option<Instant>,
}

impl Backoff {
    /// Notes an end. `served` is how long the worker had been healthy, `None` if it never was.
    pub(super) fn ended(&mut self, served: Option<Duration>, now: Instant) -> Duration {
        match served {
            None => self.failed_starts += 1,
            Some(_) => self.failed_starts = 0,
        }
        if served.is_some_and(|time| time >= RECOVERED) {
            self.rests = 0;
        }
        let rest = FIRST.saturating_mul(1 << self.rests.min(16)).min(LONGEST);
        self.rests += 1;
        self.until = Some(now + rest);
        rest
    }

    /// A worker became healthy.
    pub(super) fn started(&mut self) {
        self.failed_starts = 0;
        self.until = None;
    }

    /// When the next one may start, if not now.
    pub(super) fn until(&self, now: Instant) -> Option<Instant> {
        self.until.filter(|until| *until > now)
    }

    /// Whether no worker got healthy for too many times.
    pub(super) fn is_hopeless(&self) -> bool {
        self.failed_starts >= HOPELESS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_double_up_to_a_minute() {
        let (mut backoff, now) = (Backoff::default(), Instant::now());
        let rests: Vec<_> = (0..11).map(|_| backoff.ended(None, now).as_millis()).collect();
        assert_eq!(rests, [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000]);
        assert_eq!(backoff.until(now), Some(now + LONGEST));
        assert!(backoff.is_hopeless());
    }

    #[test]
    fn a_worker_that_served_gives_hope() {
        let (mut backoff, now) = (Backoff::default(), Instant::now());
        for _ in 0..5 {
            backoff.ended(None, now);
        }
        assert!(backoff.is_hopeless());
        backoff.started();
        assert_eq!((backoff.is_hopeless(), backoff.until(now)), (false, None));
        assert_eq!(backoff.ended(Some(Duration::from_secs(1)), now), Duration::from_millis(3200));
        assert_eq!(backoff.ended(Some(RECOVERED), now), FIRST);
    }
}
