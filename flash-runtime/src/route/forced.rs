//! A handler's order to run the body here, whatever the route says.
//!
//! Without it a worker whose manifest is older than its caller's would send the request on, possibly back.

use std::cell::Cell;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::registry::Site;
use crate::reply::Encoded;

thread_local! {
    static FORCED: Cell<Option<&'static Site>> = const { Cell::new(None) };
}

/// Takes the order for this site, if there is one.
pub(super) fn take(site: &'static Site) -> bool {
    FORCED.with(|forced| {
        let ordered = forced.get().is_some_and(|other| std::ptr::eq(other, site));
        if ordered {
            forced.set(None);
        }
        ordered
    })
}

/// Runs `body`, whose first call of `site` on this thread stays here.
pub(crate) fn forced<T>(site: &'static Site, body: impl FnOnce() -> T) -> T {
    /// Takes the order back even when the body panics.
    struct Reset;
    impl Drop for Reset {
        fn drop(&mut self) {
            FORCED.with(|forced| forced.set(None));
        }
    }
    FORCED.with(|forced| forced.set(Some(site)));
    let _reset = Reset;
    body()
}

/// A run whose first poll is forced. The generated code asks for its route in that first poll.
pub(crate) struct Forced {
    site: Option<&'static Site>,
    inner: Run,
}

type Run = Pin<Box<dyn Future<Output = Encoded> + Send>>;

impl Forced {
    pub(crate) fn new(site: &'static Site, inner: Run) -> Self {
        Self { site: Some(site), inner }
    }
}

impl Future for Forced {
    type Output = Encoded;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Encoded> {
        match self.site.take() {
            Some(site) => forced(site, || self.inner.as_mut().poll(cx)),
            None => self.inner.as_mut().poll(cx),
        }
    }
}
