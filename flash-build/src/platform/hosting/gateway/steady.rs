//! A task that wakes itself while it runs.
//!
//! hyper hands bodies from a connection to its handler through a channel, and each piece taken out wakes the task that
//! put it in: the very one that runs. tokio takes that for a task with more to do than it can, and wakes another thread to
//! look for work, which costs more than the whole rest of a short request. Here such a task is simply polled again.

use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// Polls in a row; a task that still isn't content then waits for its turn as others do.
const TURNS: usize = 8;

const RESTING: u8 = 0;
const RUNNING: u8 = 1;
const AGAIN: u8 = 2;

/// A future, such as a connection with its handler, that wakes itself while it runs. To be spawned as a task of its own.
#[derive(Debug)]
pub struct Steady<F> {
    future: Pin<Box<F>>,
    bell: Arc<Bell>,
    waker: Waker,
}

#[derive(Debug)]
struct Bell {
    state: AtomicU8,
    task: Mutex<Waker>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let seen = self.state.compare_exchange(RUNNING, AGAIN, Ordering::AcqRel, Ordering::Acquire);
        if seen == Err(RESTING) {
            self.task.lock().unwrap_or_else(PoisonError::into_inner).wake_by_ref();
        }
    }
}

impl<F> Steady<F> {
    /// The same future, polled again at once when it wakes itself.
    #[must_use]
    pub fn new(future: F) -> Self {
        let bell = Arc::new(Bell { state: AtomicU8::new(RESTING), task: Mutex::new(Waker::noop().clone()) });
        Self { future: Box::pin(future), waker: Waker::from(Arc::clone(&bell)), bell }
    }

    /// The future itself, to tell it something between two polls.
    pub fn inner(&mut self) -> Pin<&mut F> {
        self.future.as_mut()
    }
}

impl<F: Future> Future for Steady<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        {
            let mut task = this.bell.task.lock().unwrap_or_else(PoisonError::into_inner);
            if !task.will_wake(cx.waker()) {
                task.clone_from(cx.waker());
            }
        }
        let mut own = Context::from_waker(&this.waker);
        for _ in 0..TURNS {
            this.bell.state.store(RUNNING, Ordering::Release);
            let outcome = this.future.as_mut().poll(&mut own);
            let rests =
                this.bell.state.compare_exchange(RUNNING, RESTING, Ordering::AcqRel, Ordering::Acquire);
            if outcome.is_ready() || rests.is_ok() {
                return outcome;
            }
        }
        this.bell.state.store(RESTING, Ordering::Release);
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::task::ready;

    use super::*;

    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Wakes itself so many times, and then waits for a signal.
    struct Restless(usize, tokio::sync::oneshot::Receiver<()>);

    impl Future for Restless {
        type Output = ();

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            if self.0 > 0 {
                self.0 -= 1;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            let _ = ready!(Pin::new(&mut self.1).poll(cx));
            Poll::Ready(())
        }
    }

    #[test]
    fn only_wakes_from_outside_reach_the_scheduler() {
        let count = Arc::new(Count(AtomicUsize::new(0)));
        let waker = Waker::from(Arc::clone(&count));
        let mut cx = Context::from_waker(&waker);
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let mut steady = Box::pin(Steady::new(Restless(3, receiver)));
        assert!(steady.as_mut().poll(&mut cx).is_pending());
        assert_eq!(count.0.load(Ordering::Relaxed), 0);
        let _ = sender.send(());
        assert_eq!(count.0.load(Ordering::Relaxed), 1);
        assert!(steady.as_mut().poll(&mut cx).is_ready());
    }

    #[test]
    fn a_task_that_never_rests_waits_for_its_turn() {
        let count = Arc::new(Count(AtomicUsize::new(0)));
        let waker = Waker::from(Arc::clone(&count));
        let (_sender, receiver) = tokio::sync::oneshot::channel();
        let mut steady = Box::pin(Steady::new(Restless(usize::MAX, receiver)));
        assert!(steady.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        assert_eq!(count.0.load(Ordering::Relaxed), 1);
    }
}
