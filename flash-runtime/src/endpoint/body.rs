//! Bodies of requests and replies.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};

use super::front::Relayed;
use super::pulse::{Doing, Pulse};

/// The body of an answer: one piece of our own, or what another endpoint sends.
pub(super) enum Body {
    Whole(Bytes),
    Relayed(Relayed),
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::Whole(bytes)
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match self.get_mut() {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Relayed(relayed) => relayed.poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_empty(),
            Self::Relayed(relayed) => relayed.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Relayed(relayed) => relayed.size_hint(),
        }
    }
}

/// Why a request's body did not arrive.
#[derive(Debug)]
pub(super) enum Fault {
    /// It is larger than this many bytes.
    TooLarge(usize),
    /// The call's time ran out meanwhile.
    Deadline,
    /// The connection was lost inside it, or its framing is broken.
    Lost(hyper::Error),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(limit) => write!(f, "the body is larger than the limit of {limit} bytes"),
            Self::Deadline => f.write_str("the body did not arrive in time"),
            Self::Lost(error) => write!(f, "the body could not be read: {error}"),
        }
    }
}

impl std::error::Error for Fault {}

/// A request's body up to a limit, which notes when it has to wait for more.
#[derive(Debug)]
pub(super) struct Bounded {
    inner: Incoming,
    limit: usize,
    left: usize,
    pulse: Arc<Pulse>,
}

impl Bounded {
    /// # Errors
    /// [`Fault::TooLarge`] when the request announces more.
    pub(super) fn new(inner: Incoming, limit: usize, pulse: Arc<Pulse>) -> Result<Self, (Fault, Incoming)> {
        if HttpBody::size_hint(&inner).lower() > limit as u64 {
            return Err((Fault::TooLarge(limit), inner));
        }
        Ok(Self { inner, limit, left: limit, pulse })
    }

    /// The whole body in one piece; without a copy when it came in one.
    ///
    /// The deadline is looked at between two pieces, and the pause in between has a limit of its own; so
    /// there needs to be no timer.
    pub(super) async fn whole(&mut self, deadline: Instant) -> Result<Bytes, Fault> {
        let Some(first) = self.data().await? else { return Ok(Bytes::new()) };
        if self.is_end_stream() {
            return Ok(first);
        }
        let Some(second) = self.data().await? else { return Ok(first) };
        let announced = usize::try_from(self.size_hint().lower()).unwrap_or(usize::MAX).min(self.left);
        let mut whole = BytesMut::with_capacity(first.len() + second.len() + announced);
        whole.extend_from_slice(&first);
        whole.extend_from_slice(&second);
        while let Some(more) = self.data().await? {
            if deadline <= Instant::now() {
                return Err(Fault::Deadline);
            }
            whole.extend_from_slice(&more);
        }
        Ok(whole.freeze())
    }

    async fn data(&mut self) -> Result<Option<Bytes>, Fault> {
        loop {
            match self.frame().await {
                None => return Ok(None),
                // Anything else is trailers, which say nothing here.
                Some(frame) => {
                    if let Ok(data) = frame?.into_data() {
                        return Ok(Some(data));
                    }
                }
            }
        }
    }

    /// What wasn't read.
    pub(super) fn into_rest(self) -> Incoming {
        self.inner
    }
}

impl HttpBody for Bounded {
    type Data = Bytes;
    type Error = Fault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        if polled.is_pending() {
            self.pulse.change(Doing::Working, Doing::Receiving);
        }
        let frame = ready!(polled);
        self.pulse.change(Doing::Receiving, Doing::Working);
        Poll::Ready(match frame {
            None => None,
            Some(Err(error)) => Some(Err(Fault::Lost(error))),
            Some(Ok(frame)) => {
                let len = frame.data_ref().map_or(0, Bytes::len);
                match self.left.checked_sub(len) {
                    Some(left) => {
                        self.left = left;
                        Some(Ok(frame))
                    }
                    None => Some(Err(Fault::TooLarge(self.limit))),
                }
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        HttpBody::size_hint(&self.inner)
    }
}
