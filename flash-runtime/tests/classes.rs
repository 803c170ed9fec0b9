//! How the instance of a class comes to be.

#![allow(clippy::unwrap_used, reason = "tests say what is wrong by panicking")]
#![allow(clippy::unused_async, missing_docs, reason = "the signatures are the point here")]

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

use flash::Outcome;

static BUILT: AtomicU32 = AtomicU32::new(0);

struct Slow;

#[flash::remote]
impl Slow {
    async fn new() -> Self {
        BUILT.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(300)).await;
        Self
    }

    async fn ask(&self) -> flash::Result<u32> {
        Ok(BUILT.load(Ordering::Relaxed))
    }
}

#[tokio::test]
async fn a_construction_outlives_the_call_that_began_it() {
    for _ in 0..2 {
        let slow = Slow::remote();
        assert!(tokio::time::timeout(Duration::from_millis(20), slow.ask()).await.is_err());
    }
    assert_eq!(Slow::remote().ask().await.unwrap(), 1);
}

static RELEASE: Mutex<Option<mpsc::Receiver<()>>> = Mutex::new(None);

struct Heavy(bool);

#[flash::remote]
impl Heavy {
    fn new() -> Self {
        let release = RELEASE.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap();
        Self(release.recv_timeout(Duration::from_secs(10)).is_ok())
    }

    async fn released(&self) -> flash::Result<bool> {
        Ok(self.0)
    }
}

#[tokio::test]
async fn a_plain_constructor_blocks_no_other_task() {
    let (sender, receiver) = mpsc::channel();
    *RELEASE.lock().unwrap() = Some(receiver);
    let call = tokio::spawn(async { Heavy::remote().released().await });
    let other = tokio::spawn(async move { sender.send(()).unwrap() });
    assert!(call.await.unwrap().unwrap());
    other.await.unwrap();
}

struct Inner;

#[flash::remote]
impl Inner {
    async fn new() -> flash::Result<Self> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        Ok(Self)
    }

    fn number(&self) -> flash::Result<u32> {
        Ok(7)
    }
}

struct Outer(u32);

#[flash::remote]
impl Outer {
    fn new() -> flash::Result<Self> {
        Inner::remote().number().map(Self)
    }

    fn number(&self) -> flash::Result<u32> {
        Ok(self.0)
    }
}

#[test]
fn plain_methods_build_without_a_runtime() {
    assert_eq!(Outer::remote().number().unwrap(), 7);
}

static TRIES: AtomicU32 = AtomicU32::new(0);

struct Fragile;

#[flash::remote]
impl Fragile {
    async fn new() -> flash::Result<Self> {
        match TRIES.fetch_add(1, Ordering::Relaxed) {
            0 => panic!("the first try panics"),
            1 => Err(flash::Error::new("the second fails")),
            _ => Ok(Self),
        }
    }

    async fn ask(&self) -> flash::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_construction_that_fails_is_tried_again() {
    let panicked = tokio::spawn(async { Fragile::remote().ask().await }).await;
    assert!(panicked.unwrap_err().is_panic());
    let failed = Fragile::remote().ask().await.unwrap_err();
    assert_eq!(failed.outcome(), Outcome::Init);
    Fragile::remote().ask().await.unwrap();
}
