//! The arguments of a call on their way out.

use serde::Serialize;

use super::ArgCodec;
use crate::{Blob, Error, Outcome};

/// Collects the arguments of one call: an object of JSON, and at most one raw body.
#[derive(Debug, Default)]
pub struct Outgoing {
    json: Vec<u8>,
    raw: Option<Blob>,
    json_only: bool,
    error: Option<Error>,
}

impl Outgoing {
    /// Arguments that must all travel inside the JSON.
    #[must_use]
    pub fn without_raw() -> Self {
        Self { json_only: true, ..Self::default() }
    }

    /// Adds an argument by name.
    pub fn json<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) {
        let start = self.json.len();
        self.json.push(if start == 0 { b'{' } else { b',' });
        let written = serde_json::to_writer(&mut self.json, name).and_then(|()| {
            self.json.push(b':');
            serde_json::to_writer(&mut self.json, value)
        });
        if let Err(error) = written {
            self.json.truncate(start);
            self.error.get_or_insert_with(|| {
                Error::of(Outcome::BadArguments, format!("argument `{name}` can't be encoded: {error}"))
            });
        }
    }

    /// Whether an argument can still become the raw body.
    #[must_use]
    pub fn takes_raw(&self) -> bool {
        self.raw.is_none() && !self.json_only
    }

    /// Sets the raw body.
    pub fn raw(&mut self, blob: Blob) {
        self.raw = Some(blob);
    }

    /// The finished object and the raw body.
    ///
    /// # Errors
    /// An argument that serde could not encode.
    pub fn finish(mut self) -> Result<(Vec<u8>, Option<Blob>), Error> {
        if let Some(error) = self.error {
            return Err(error);
        }
        if self.json.is_empty() {
            self.json.push(b'{');
        }
        self.json.push(b'}');
        Ok((self.json, self.raw))
    }
}

/// A value with its codec: an argument whose type the caller of [`Encode::encode`] needn't know.
pub struct Bound<'a, T: ?Sized, H>(pub ArgCodec<T, H>, pub &'a T);

/// Adds itself to a request.
pub trait Encode {
    /// Adds the argument under this name.
    fn encode(&self, name: &str, out: &mut Outgoing);
}

impl<T: ?Sized, H> Encode for Bound<'_, T, H> {
    fn encode(&self, name: &str, out: &mut Outgoing) {
        (self.0.encode)(self.1, name, out);
    }
}

/// A value that borrows, encoded as it is.
pub struct Lent<'a, T: ?Sized>(pub &'a T);

impl<T: Serialize + ?Sized> Encode for Lent<'_, T> {
    fn encode(&self, name: &str, out: &mut Outgoing) {
        out.json(name, self.0);
    }
}
