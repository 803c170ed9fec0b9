//! How many workers the requests of a generation ask for, and since when they ask for fewer.

use std::time::Instant;

/// Requests held and under way, as a level: the number of workers they want.
#[derive(Debug)]
pub(super) struct Demand {
    requests: usize,
    per_worker: usize,
    /// When each level, beginning with 1, was last left. A level that is needed now has an old entry or none.
    left: Vec<Instant>,
}

impl Demand {
    pub(super) fn new(per_worker: u32) -> Self {
        Self { requests: 0, per_worker: usize::try_from(per_worker).unwrap_or(1).max(1), left: Vec::new() }
    }

    /// Requests held and under way.
    pub(super) fn requests(&self) -> usize {
        self.requests
    }

    /// Requests that one worker has before another is wanted.
    pub(super) fn per_worker(&self) -> usize {
        self.per_worker
    }

    pub(super) fn set_per_worker(&mut self, per_worker: u32) {
        let now = Instant::now();
        let before = self.level();
        self.per_worker = Self::new(per_worker).per_worker;
        for level in self.level()..before {
            self.leave_level(level + 1, now);
        }
    }

    /// Workers wanted now, whatever the bounds.
    pub(super) fn level(&self) -> usize {
        self.requests.div_ceil(self.per_worker)
    }

    pub(super) fn enter(&mut self) {
        self.requests += 1;
    }

    pub(super) fn leave(&mut self) {
        let before = self.level();
        self.requests = self.requests.saturating_sub(1);
        if self.level() < before {
            self.leave_level(before, Instant::now());
        }
    }

    fn leave_level(&mut self, level: usize, now: Instant) {
        if self.left.len() < level {
            self.left.resize(level, now);
        }
        if let Some(left) = self.left.get_mut(level - 1) {
            *left = now;
        }
    }

    /// Since when this many workers are more than wanted: `None` while they are wanted, `Some(None)` when they
    /// never were.
    pub(super) fn resting(&self, level: usize) -> Option<Option<Instant>> {
        (self.level() < level).then(|| self.left.get(level.saturating_sub(1)).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::Demand;

    #[test]
    fn requests_become_workers() {
        let mut demand = Demand::new(4);
        let mut levels = Vec::new();
        for _ in 0..9 {
            demand.enter();
            levels.push(demand.level());
        }
        assert_eq!(levels, [1, 1, 1, 1, 2, 2, 2, 2, 3]);
        demand.set_per_worker(0);
        assert_eq!(demand.level(), 9);
    }

    #[test]
    fn each_level_rests_on_its_own() {
        let mut demand = Demand::new(1);
        demand.enter();
        demand.enter();
        assert_eq!(demand.resting(2), None);
        assert_eq!(demand.resting(3), Some(None));
        demand.leave();
        let second = demand.resting(2).flatten().expect("it rests");
        assert_eq!(demand.resting(1), None);
        demand.leave();
        assert!(demand.resting(1).flatten().expect("it rests") >= second);
        assert_eq!(demand.resting(2).flatten(), Some(second));
        demand.enter();
        demand.enter();
        assert_eq!(demand.resting(2), None);
    }
}
