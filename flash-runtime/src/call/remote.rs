//! The remote leg of a function: what the generated code calls when the body is elsewhere.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use super::context::MAX_DEPTH;
use super::exchange::Exchange;
use super::{Context, MAX_ARGS_HEADER, blocking};
use crate::argument::{Encode, Outgoing};
use crate::registry::Site;
use crate::reply::{Answer, Reply};
use crate::route::Target;
use crate::settings::Settings;
use crate::{Blob, Error, Outcome};

type Exchanged = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send>>;

/// A call on its way. Dropping it gives the call up.
///
/// It is one pointer, because every remote function's future has room for it.
pub struct Called<R>(Box<Inner<R>>);

struct Inner<R> {
    exchange: Exchanged,
    reply: Reply<R>,
}

impl<R> Future for Called<R> {
    type Output = R;

    fn poll(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<R> {
        let reply = self.0.reply;
        self.0.exchange.as_mut().poll(cx).map(|answer| (reply.decode)(answer))
    }
}

impl Site {
    /// Calls the function at `target`. The arguments are encoded before this returns, so nothing of them is
    /// borrowed while the call is under way.
    #[must_use]
    pub fn call<R>(
        &'static self,
        target: Arc<Target>,
        arguments: &[&dyn Encode],
        reply: Reply<R>,
    ) -> Called<R> {
        let exchange = match self.encode(arguments) {
            Ok((json, raw)) => self.exchange(target, json, raw),
            Err(error) => Box::pin(std::future::ready(Err(error.in_function(self.name)))),
        };
        Called(Box::new(Inner { exchange, reply }))
    }

    /// Calls the function at `target` and waits.
    pub fn call_blocking<R>(
        &'static self,
        target: Arc<Target>,
        arguments: &[&dyn Encode],
        reply: Reply<R>,
    ) -> R {
        let answer = self
            .encode(arguments)
            .and_then(|(json, raw)| blocking::block_on(self.exchange(target, json, raw)).unwrap_or_else(Err));
        (reply.decode)(answer.map_err(|error| error.in_function(self.name)))
    }

    fn encode(&self, arguments: &[&dyn Encode]) -> Result<(Vec<u8>, Option<Blob>), Error> {
        let encode = |mut out: Outgoing| {
            for (name, argument) in self.arguments.iter().zip(arguments) {
                argument.encode(name, &mut out);
            }
            out.finish()
        };
        let (json, raw) = encode(Outgoing::default())?;
        if raw.is_some() && json.len() > MAX_ARGS_HEADER {
            // Too much for a header: the raw body travels inside the JSON, larger but whole.
            return encode(Outgoing::without_raw());
        }
        Ok((json, raw))
    }

    fn exchange(&'static self, target: Arc<Target>, json: Vec<u8>, raw: Option<Blob>) -> Exchanged {
        let prepared = Settings::get().map_err(Clone::clone).and_then(|settings| {
            let timeout = match self.timeout_ms {
                0 => settings.call_timeout,
                own => Duration::from_millis(own),
            };
            let context = Context::outgoing(timeout);
            if context.depth > MAX_DEPTH {
                return Err(Error::of(
                    Outcome::TooDeep,
                    format!("{MAX_DEPTH} calls are under way above this one; a call cycle across endpoints?"),
                ));
            }
            let key = settings.key.clone();
            Ok(Exchange { function: self.name, json, raw, context, key, max_reply: settings.max_body_bytes })
        });
        let name = self.name;
        let exchanged = async move {
            let exchange = prepared?;
            let connections = target.endpoint.as_ref().map_err(Clone::clone)?;
            let remaining = exchange.context.remaining();
            tokio::time::timeout(remaining, exchange.run(connections)).await.unwrap_or_else(|_| {
                Err(Error::of(Outcome::Deadline, format!("no answer within {} ms", remaining.as_millis())))
            })
        };
        let named = async move { exchanged.await.map_err(|error: Error| error.in_function(name)) };
        blocking::on_a_runtime(Box::pin(named))
    }
}
