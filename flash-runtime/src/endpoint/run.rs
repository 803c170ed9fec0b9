//! Running a function here.

use std::borrow::Cow;
use std::pin::pin;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response};

use super::Body;
use super::headers::CallHead;
use super::problem::Problem;
use super::worker::Permit;
use crate::argument::Incoming;
use crate::call::{Context, Trace, header};
use crate::registry::{Invocation, Site, panic_text};
use crate::reply::{Encoded, JSON};
use crate::route::{Forced, forced};
use crate::unwind::{CatchUnwind, Payload, caught};
use crate::{Error, Outcome};

/// One call of a function of this process.
pub(super) struct Run<'a> {
    pub(super) site: &'static Site,
    pub(super) head: CallHead,
    pub(super) call_id: &'a HeaderValue,
    pub(super) deadline: Instant,
    /// Largest reply.
    pub(super) max_reply: usize,
    pub(super) permit: Permit,
}

/// The run time that the function's attribute allows.
pub(super) fn own_timeout(site: &Site) -> Option<Duration> {
    (site.timeout_ms > 0).then(|| Duration::from_millis(site.timeout_ms))
}

impl Run<'_> {
    /// Runs the function and makes its result an answer.
    ///
    /// A function that is `async` runs in the connection's own task and ends, at its next `.await`, when the
    /// deadline comes or the client goes. A plain function runs to its end on the blocking pool whatever
    /// becomes of its answer, and counts as running until then.
    pub(super) async fn run(self, incoming: Incoming) -> Result<Response<Body>, Problem> {
        let Self { site, head, call_id, deadline, max_reply, permit } = self;
        let late = || Problem::deadline("the function did not end in time");
        if deadline <= Instant::now() {
            return Err(Problem::deadline("the time was over before the function began"));
        }
        let context = Context {
            deadline,
            trace: head.trace.unwrap_or_else(Trace::begin),
            depth: head.depth,
            call_id: call_id.to_str().unwrap_or_default().to_owned(),
        };
        let invocation = caught(|| (site.handler)(&incoming)).map_err(|why| panicked(site, call_id, &why))?;
        drop(incoming);
        let ended = match invocation {
            Invocation::Refused(bad) => return Err(Problem::arguments(bad)),
            Invocation::Future(future) => {
                let future = pin!(context.scope(Forced::new(site, future)));
                tokio::time::timeout_at(deadline.into(), CatchUnwind(future)).await.map_err(|_| late())?
            }
            Invocation::Blocking(body) => {
                let body = move || {
                    let _permit = permit;
                    caught(|| context.sync_scope(|| forced(site, body)))
                };
                let run = tokio::task::spawn_blocking(body);
                let joined = tokio::time::timeout_at(deadline.into(), run).await.map_err(|_| late())?;
                joined.map_err(|error| {
                    Problem::from(Error::of(Outcome::Internal, format!("the blocking pool failed: {error}")))
                })?
            }
        };
        match ended.map_err(|why| panicked(site, call_id, &why))? {
            Encoded::Value { content_type, bytes } => reply(content_type, bytes, call_id, max_reply),
            Encoded::Application(error) => Err(Problem::application(error)),
            Encoded::Failed(error) => Err(error.into()),
        }
    }
}

fn reply(
    content_type: Cow<'static, str>,
    bytes: Bytes,
    call_id: &HeaderValue,
    max_reply: usize,
) -> Result<Response<Body>, Problem> {
    if bytes.len() > max_reply {
        return Err(Error::of(
            Outcome::Incompatible,
            format!("the result has {} bytes, more than the limit of {max_reply}", bytes.len()),
        )
        .into());
    }
    let content_type = match content_type {
        Cow::Borrowed(JSON) => HeaderValue::from_static(JSON),
        other => HeaderValue::try_from(&*other).map_err(|_| {
            Error::of(Outcome::Internal, format!("the result's content type {other:?} can't be sent"))
        })?,
    };
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, content_type);
    headers.insert(header::CALL_ID, call_id.clone());
    Ok(response)
}

/// What a panic said may hold secrets, so it goes to the log; the call's id connects the two.
fn panicked(site: &Site, call_id: &HeaderValue, payload: &Payload) -> Problem {
    let id = call_id.to_str().unwrap_or_default();
    crate::log::line(format_args!("call {id} of `{}` panicked: {}", site.name, panic_text(&**payload)));
    Error::of(Outcome::Panicked, "the function panicked; the endpoint's log says where").into()
}
