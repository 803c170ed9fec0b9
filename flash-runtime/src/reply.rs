//! How a function's result leaves the callee and enters the caller.

use std::any::Any;
use std::borrow::Cow;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::registry::Invocation;
use crate::{Blob, Error, Outcome};

/// A type that can be a result: serde in both directions, `Send` and without borrows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of a remote function",
    label = "this type can't travel back from another endpoint",
    note = "a result implements `serde::Serialize` and `serde::Deserialize`, and is `Send + 'static`; if the type is yours, add `#[derive(serde::Serialize, serde::Deserialize)]`"
)]
pub trait Payload: Serialize + DeserializeOwned + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Send + 'static> Payload for T {}

/// A type that can be the error of a remote function: it travels, and it absorbs a failed call.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a remote function",
    label = "this error can't travel, or can't absorb a failed call",
    note = "an error implements `serde::Serialize`, `serde::Deserialize` and `From<flash::Error>`; add a variant with `#[from] flash::Error`, or use `flash::Error` or `flash::AnyError`"
)]
pub trait Failure: Serialize + DeserializeOwned + From<Error> + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + From<Error> + Send + 'static> Failure for T {}

/// A `Result`, by whatever alias. Its one implementation asks for types that can travel, so a type that can't
/// is named by itself.
#[diagnostic::on_unimplemented(
    message = "a remote function returns `Result`, not `{Self}`",
    label = "write `flash::Result<{Self}>` or `Result<{Self}, YourError>`",
    note = "a call to another endpoint can fail, and the caller must see it; `on_failure = \"panic\"` on the attribute opts out"
)]
pub trait Fallible: Sized {
    /// Both directions.
    const REPLY: Reply<Self>;
}

impl<T: Payload, E: Failure> Fallible for Result<T, E> {
    const REPLY: Reply<Self> = fallible();
}

/// What a run produced, ready for the wire.
#[derive(Debug)]
pub enum Encoded {
    /// The function's value.
    Value {
        /// Media type.
        content_type: Cow<'static, str>,
        /// The value.
        bytes: Bytes,
    },
    /// The function's own error, as JSON.
    Application(Bytes),
    /// It produced nothing.
    Failed(Error),
}

/// What came back from an endpoint.
#[derive(Debug, Clone)]
pub enum Answer {
    /// The function's value.
    Value {
        /// Media type.
        content_type: String,
        /// The value.
        bytes: Bytes,
    },
    /// The function's own error, as JSON.
    Application(Bytes),
}

/// Media type of JSON.
pub const JSON: &str = "application/json";

/// The two directions of a result.
pub struct Reply<R> {
    pub(crate) encode: fn(R) -> Encoded,
    pub(crate) decode: fn(Result<Answer, Error>) -> R,
}

impl<R> Clone for Reply<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Reply<R> {}

impl<R> Reply<R> {
    /// The result of a call that failed.
    pub fn fail(&self, error: Error) -> R {
        (self.decode)(Err(error))
    }

    /// A run of an `async fn` whose result will be encoded. It is pinned here, for that is one function per
    /// result and `Box::pin` is one per body.
    #[must_use]
    pub fn run(self, body: Box<dyn Future<Output = R> + Send>) -> Invocation
    where
        R: 'static,
    {
        Invocation::Future(Box::pin(Finish { body: Box::into_pin(body), encode: self.encode }))
    }

    /// A run of a plain `fn` whose result will be encoded.
    #[must_use]
    pub fn run_blocking(self, body: Box<dyn FnOnce() -> R + Send>) -> Invocation
    where
        R: 'static,
    {
        Invocation::Blocking(Box::new(move || (self.encode)(body())))
    }
}

/// Reply of a function that returns `Result<T, E>`.
#[must_use]
pub const fn fallible<T: Payload, E: Failure>() -> Reply<Result<T, E>> {
    Reply {
        encode: |result| match result {
            Ok(value) => encode_value(&value),
            Err(error) => match serde_json::to_vec(&error) {
                Ok(json) => Encoded::Application(json.into()),
                Err(cause) => Encoded::Failed(Error::of(
                    Outcome::Internal,
                    format!("the function's error can't be encoded: {cause}"),
                )),
            },
        },
        decode: |answer| match answer {
            Ok(Answer::Value { content_type, bytes }) => decode_value(content_type, &bytes).map_err(E::from),
            Ok(Answer::Application(json)) => Err(match serde_json::from_slice(&json) {
                Ok(error) => error,
                Err(cause) => E::from(Error::of(
                    Outcome::Incompatible,
                    format!("the function returned an error that this program can't read: {cause}"),
                )),
            }),
            Err(error) => Err(E::from(error)),
        },
    }
}

/// Reply of a function that returns an alias of `Result<T, E>`.
#[must_use]
pub const fn aliased<R: Fallible>() -> Reply<R> {
    R::REPLY
}

/// Reply of a function with `on_failure = "panic"`: a failed call panics.
#[must_use]
pub const fn panicking<T: Payload>() -> Reply<T> {
    Reply {
        encode: |value| encode_value(&value),
        decode: |answer| {
            let value = match answer {
                Ok(Answer::Value { content_type, bytes }) => decode_value(content_type, &bytes),
                Ok(Answer::Application(_)) => {
                    Err(Error::of(Outcome::Incompatible, "the function returned an error"))
                }
                Err(error) => Err(error),
            };
            match value {
                Ok(value) => value,
                Err(error) => panic!("{error}"),
            }
        },
    }
}

fn encode_value<T: Payload>(value: &T) -> Encoded {
    let any: &dyn Any = value;
    if let Some(bytes) = any.downcast_ref::<Bytes>() {
        return Encoded::Value { content_type: Cow::Borrowed(Blob::OCTET_STREAM), bytes: bytes.clone() };
    }
    if let Some(blob) = any.downcast_ref::<Blob>() {
        return Encoded::Value {
            content_type: Cow::Owned(blob.content_type.clone()),
            bytes: blob.bytes.clone(),
        };
    }
    match serde_json::to_vec(value) {
        Ok(json) => Encoded::Value { content_type: Cow::Borrowed(JSON), bytes: json.into() },
        Err(cause) => {
            Encoded::Failed(Error::of(Outcome::Internal, format!("the result can't be encoded: {cause}")))
        }
    }
}

fn decode_value<T: Payload>(content_type: String, bytes: &Bytes) -> Result<T, Error> {
    let mut raw = Some(bytes.clone());
    if let Some(slot) = (&mut raw as &mut dyn Any).downcast_mut::<Option<T>>()
        && let Some(value) = slot.take()
    {
        return Ok(value);
    }
    let mut blob = raw.map(|bytes| Blob { content_type, bytes });
    if let Some(slot) = (&mut blob as &mut dyn Any).downcast_mut::<Option<T>>()
        && let Some(value) = slot.take()
    {
        return Ok(value);
    }
    serde_json::from_slice(bytes).map_err(|cause| {
        Error::of(Outcome::Incompatible, format!("the result is not what this program expects: {cause}"))
    })
}

/// A body followed by the encoding of its result; generic over the result only, so functions share it.
struct Finish<R> {
    body: Pin<Box<dyn Future<Output = R> + Send>>,
    encode: fn(R) -> Encoded,
}

impl<R> Future for Finish<R> {
    type Output = Encoded;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Encoded> {
        self.body.as_mut().poll(cx).map(|result| (self.encode)(result))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{Answer, Encoded, fallible};
    use crate::{Blob, Error, Outcome};

    #[test]
    fn own_errors_travel_typed() {
        let reply = fallible::<u8, Error>();
        let Encoded::Application(json) = (reply.encode)(Err(Error::new("no"))) else { panic!() };
        assert_eq!((reply.decode)(Ok(Answer::Application(json))), Err(Error::new("no")));
    }

    #[test]
    fn raw_results_keep_their_type() {
        let reply = fallible::<Blob, Error>();
        let Encoded::Value { content_type, bytes } = (reply.encode)(Ok(Blob::new("image/png", "x"))) else {
            panic!()
        };
        assert_eq!((&*content_type, &bytes[..]), ("image/png", &b"x"[..]));
        let content_type = content_type.into_owned();
        assert_eq!(
            (reply.decode)(Ok(Answer::Value { content_type, bytes })),
            Ok(Blob::new("image/png", "x"))
        );
        let bytes = fallible::<Bytes, Error>();
        let answer = Answer::Value { content_type: String::new(), bytes: Bytes::from("y") };
        assert_eq!((bytes.decode)(Ok(answer)), Ok(Bytes::from("y")));
    }

    #[test]
    fn a_foreign_result_is_incompatible() {
        let answer = Answer::Value { content_type: super::JSON.to_owned(), bytes: Bytes::from("\"x\"") };
        let error = (fallible::<u8, Error>().decode)(Ok(answer)).unwrap_err();
        assert_eq!(error.outcome(), Outcome::Incompatible);
    }
}
