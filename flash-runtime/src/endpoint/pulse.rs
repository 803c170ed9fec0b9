//! What a connection is doing, and since when.
//!
//! hyper has one time limit for heads, which counts the rest between two requests, too. Here they are
//! separate, bodies have a limit as well, and a request costs no timer: it only notes what it does, and the
//! connection looks at the note now and then.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    /// Open, and nothing came yet.
    Fresh = 0,
    /// Between two requests, or sending the end of a reply.
    Resting = 1,
    /// A request's head is coming.
    Head = 2,
    /// A request is being answered, which has its own limits.
    Working = 3,
    /// Waiting for more of a request's body.
    Receiving = 4,
    /// Waited for it too long.
    Late = 5,
}

/// How long a connection may do what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pub(super) header: Duration,
    pub(super) idle: Duration,
}

/// The note: milliseconds since the connection began, and what it does since then in the lowest three bits.
#[derive(Debug)]
pub(super) struct Pulse {
    began: Instant,
    note: AtomicU64,
}

impl Pulse {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { began: Instant::now(), note: AtomicU64::new(Doing::Fresh as u64) })
    }

    pub(super) fn set(&self, doing: Doing) {
        self.note.store(self.now(doing), Ordering::Relaxed);
    }

    pub(super) fn doing(&self) -> Doing {
        Self::read(self.note.load(Ordering::Relaxed)).0
    }

    /// Notes `to` unless it does something else than `from`; bodies are read on other threads, too.
    pub(super) fn change(&self, from: Doing, to: Doing) {
        let note = self.note.load(Ordering::Relaxed);
        if Self::read(note).0 == from {
            let _ = self.note.compare_exchange(note, self.now(to), Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    fn now(&self, doing: Doing) -> u64 {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or_default();
        (now << 3) | doing as u64
    }

    fn read(note: u64) -> (Doing, Duration) {
        let doing = match note & 7 {
            0 => Doing::Fresh,
            1 => Doing::Resting,
            2 => Doing::Head,
            3 => Doing::Working,
            4 => Doing::Receiving,
            _ => Doing::Late,
        };
        (doing, Duration::from_millis(note >> 3))
    }

    /// When to look next, or what took too long. Waits that begin after this look end no earlier than a
    /// header timeout from now, so looking again by then misses none.
    pub(super) fn check(&self, patience: Patience) -> Result<Instant, Doing> {
        let now = Instant::now();
        let next = now + patience.header.min(patience.idle);
        let (doing, since) = Self::read(self.note.load(Ordering::Relaxed));
        let limit = match doing {
            Doing::Working => return Ok(next),
            Doing::Resting => patience.idle,
            Doing::Fresh | Doing::Head | Doing::Receiving | Doing::Late => patience.header,
        };
        let end = self.began + since + limit;
        if end <= now { Err(doing) } else { Ok(end.min(next)) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Doing, Patience, Pulse};

    #[test]
    fn each_wait_has_its_limit() {
        let patience =
            |header, idle| Patience { header: Duration::from_secs(header), idle: Duration::from_secs(idle) };
        let pulse = Pulse::new();
        for (doing, late) in [
            (Doing::Fresh, true),
            (Doing::Head, true),
            (Doing::Receiving, true),
            (Doing::Resting, false),
            (Doing::Working, false),
        ] {
            pulse.set(doing);
            assert_eq!(pulse.check(patience(0, 10)).is_err(), late, "{doing:?}");
        }
        pulse.set(Doing::Resting);
        assert_eq!(pulse.check(patience(10, 0)), Err(Doing::Resting));
        // A long rest is looked at in between, in case it ends in a slow head.
        assert!(pulse.check(patience(1, 75)).unwrap() <= Instant::now() + Duration::from_secs(1));
    }
}
