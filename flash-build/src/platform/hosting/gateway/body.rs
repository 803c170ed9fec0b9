//! Bodies on their way: streamed, counted, and ended when their time is over.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::super::slot::Slot;
use super::upstream::Upstream;

/// The body of an answer of the gateway.
pub struct Body(Kind);

enum Kind {
    Whole(Full<Bytes>),
    Relayed(Box<Relayed>),
}

/// Why a body ended early.
#[derive(Debug)]
pub enum BodyError {
    /// It is larger than it may be.
    TooLarge(u64),
    /// Its time was over.
    Late,
    /// The connection that it came on failed.
    Lost(hyper::Error),
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(limit) => write!(f, "the body is larger than the limit of {limit} bytes"),
            Self::Late => f.write_str("the time for the request is over"),
            Self::Lost(error) => write!(f, "the connection was lost: {error}"),
        }
    }
}

impl std::error::Error for BodyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Lost(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").finish_non_exhaustive()
    }
}

impl Body {
    /// Nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self::from(Bytes::new())
    }

    /// The body of a worker's answer, which holds the worker's slot until it has ended.
    pub(super) fn relayed(
        mut body: Incoming,
        upstream: Upstream,
        slot: Slot,
        deadline: Instant,
        limit: u64,
    ) -> Self {
        // A short body came with its head. The worker is free then, before its answer is written.
        let mut first = None;
        if !body.is_end_stream() {
            let mut quiet = Context::from_waker(Waker::noop());
            if let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut body).poll_frame(&mut quiet) {
                first = Some(frame);
            }
        }
        if body.is_end_stream() && first.as_ref().is_none_or(Frame::is_data) {
            give_back(upstream, &slot);
            let bytes = first.and_then(|frame| frame.into_data().ok());
            return bytes.map_or_else(Self::empty, Self::from);
        }
        Self(Kind::Relayed(Box::new(Relayed {
            body,
            first,
            passage: Some((upstream, slot)),
            deadline,
            timer: None,
            limit,
            left: limit,
        })))
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(Kind::Whole(Full::new(bytes)))
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.0 {
            Kind::Whole(whole) => Pin::new(whole)
                .poll_frame(cx)
                .map(|frame| frame.map(|whole| whole.map_err(|never| match never {}))),
            Kind::Relayed(relayed) => relayed.poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Whole(whole) => whole.is_end_stream(),
            Kind::Relayed(relayed) => relayed.first.is_none() && relayed.body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Whole(whole) => whole.size_hint(),
            Kind::Relayed(relayed) => relayed.size_hint(),
        }
    }
}

/// A worker's answer. Dropped before its end, it closes the connection, which gives the call up there, too.
struct Relayed {
    body: Incoming,
    /// What came with the head.
    first: Option<Frame<Bytes>>,
    /// The connection it comes on, and the place at the worker; given back at the end.
    passage: Option<(Upstream, Slot)>,
    deadline: Instant,
    /// Made when the body first has to be waited for, which short ones never are.
    timer: Option<Pin<Box<Sleep>>>,
    limit: u64,
    left: u64,
}

impl Relayed {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = match self.first.take() {
            Some(first) => Poll::Ready(Some(Ok(first))),
            None => match &mut self.passage {
                Some((upstream, _)) if upstream.is_driven_here() => {
                    // As for the head: what the connection brings is looked for right after it was driven.
                    let mut quiet = Context::from_waker(Waker::noop());
                    let mut frame = Pin::new(&mut self.body).poll_frame(&mut quiet);
                    if frame.is_pending() {
                        upstream.drive(cx);
                        frame = Pin::new(&mut self.body).poll_frame(&mut quiet);
                    }
                    frame
                }
                _ => Pin::new(&mut self.body).poll_frame(cx),
            },
        };
        if frame.is_pending() {
            let deadline = self.deadline;
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
            ready!(timer.as_mut().poll(cx));
            self.passage = None;
            return Poll::Ready(Some(Err(BodyError::Late)));
        }
        let frame = match ready!(frame) {
            Some(Ok(frame)) => frame,
            Some(Err(error)) => {
                self.passage = None;
                return Poll::Ready(Some(Err(BodyError::Lost(error))));
            }
            None => {
                self.finish();
                return Poll::Ready(None);
            }
        };
        if let Some(left) = frame.data_ref().map(|data| data.len() as u64) {
            match self.left.checked_sub(left) {
                Some(left) => self.left = left,
                None => {
                    self.passage = None;
                    return Poll::Ready(Some(Err(BodyError::TooLarge(self.limit))));
                }
            }
        }
        // Whoever sends this body may not ask for more after the last piece.
        if self.body.is_end_stream() {
            self.finish();
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = self.body.size_hint();
        let first = self.first.as_ref().and_then(Frame::data_ref).map_or(0, |data| data.len() as u64);
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper + first);
        }
        hint.set_lower(hint.lower() + first);
        hint
    }

    fn finish(&mut self) {
        if let Some((upstream, slot)) = self.passage.take() {
            give_back(upstream, &slot);
        }
    }
}

/// Ends a passage whose answer was read to its end.
fn give_back(mut upstream: Upstream, slot: &Slot) {
    // It isn't usable when the worker answered before it had read the whole request.
    if upstream.is_usable() {
        slot.pool().put(upstream);
    }
}

/// The body of a request to a worker.
#[derive(Debug)]
pub(in super::super) enum Outgoing {
    /// None.
    Empty,
    /// The caller's, as it comes.
    Passed {
        /// The caller's.
        body: Incoming,
        /// How long it may be.
        limit: u64,
        /// How much of that is left.
        left: u64,
    },
}

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let Self::Passed { body, limit, left } = &mut *self else { return Poll::Ready(None) };
        let frame = match ready!(Pin::new(body).poll_frame(cx)) {
            Some(Ok(frame)) => frame,
            Some(Err(error)) => return Poll::Ready(Some(Err(BodyError::Lost(error)))),
            None => return Poll::Ready(None),
        };
        let size = frame.data_ref().map_or(0, |data| data.len() as u64);
        match left.checked_sub(size) {
            Some(rest) => *left = rest,
            None => return Poll::Ready(Some(Err(BodyError::TooLarge(*limit)))),
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Passed { body, .. } => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Passed { body, .. } => body.size_hint(),
        }
    }
}
