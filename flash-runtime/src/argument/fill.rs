//! JSON into the slots of arguments, one value at a time: whatever a request repeats or makes up, what is
//! kept of it has a limit.

use std::fmt;

use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{BadArgument, Slot};
use crate::similar::similar;

/// Mistakes about names that are told apart; a body can hold millions of them. What is wrong with the
/// function's own arguments comes on top: there are few.
const MAX_BAD: usize = 16;
/// Longest text that an answer repeats out of a request.
const MAX_TEXT: usize = 200;

/// Adds a mistake, unless there are plenty.
pub(super) fn note(bad: &mut Vec<BadArgument>, name: &str, reason: &str) {
    if bad.len() < MAX_BAD {
        bad.push(BadArgument { name: cut(name), reason: cut(reason) });
    }
}

/// Adds an unknown name.
pub(super) fn unknown(bad: &mut Vec<BadArgument>, name: &str, known: &[&'static str]) {
    if bad.len() >= MAX_BAD {
        return;
    }
    let reason = "is not an argument of this function";
    match similar(name, known.iter().copied()).as_slice() {
        [] => note(bad, name, reason),
        near => note(bad, name, &format!("{reason}; did you mean `{}`?", near.join("` or `"))),
    }
}

/// Adds what is wrong with one of the function's own arguments.
pub(super) fn wrong(bad: &mut Vec<BadArgument>, name: &str, reason: &str) {
    bad.push(BadArgument { name: name.to_owned(), reason: cut(reason) });
}

/// The text, or its beginning.
pub(super) fn cut(text: &str) -> String {
    if text.len() <= MAX_TEXT {
        return text.to_owned();
    }
    let kept: String = text.chars().take(MAX_TEXT).collect();
    format!("{kept}..")
}

/// An object by name or an array in order.
pub(super) struct Fill<'s, 'a> {
    pub(super) names: &'s [&'static str],
    pub(super) slots: &'s mut [Slot<'a>],
    pub(super) bad: &'s mut Vec<BadArgument>,
}

impl<'a> Fill<'_, 'a> {
    /// # Errors
    /// It is neither.
    pub(super) fn from(self, json: &'a [u8]) -> serde_json::Result<()> {
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        deserializer.deserialize_any(self)?;
        deserializer.end()
    }
}

impl<'a> Visitor<'a> for Fill<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of arguments by name, or an array of them in order")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let Some(at) = self.names.iter().position(|known| *known == name) else {
                map.next_value::<IgnoredAny>()?;
                unknown(self.bad, &name, self.names);
                continue;
            };
            let value: &RawValue = map.next_value()?;
            if matches!(self.slots[at], Slot::Json(_)) {
                note(self.bad, &name, "is given twice");
            } else {
                self.slots[at] = Slot::Json(value);
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<(), A::Error> {
        for slot in self.slots.iter_mut() {
            match seq.next_element::<&RawValue>()? {
                Some(value) => *slot = Slot::Json(value),
                None => return Ok(()),
            }
        }
        let mut given = self.slots.len();
        while seq.next_element::<IgnoredAny>()?.is_some() {
            given += 1;
        }
        let expected = self.slots.len();
        if given > expected {
            let reason = format!("is one too many: {given} values for {expected} arguments");
            note(self.bad, &format!("[{expected}]"), &reason);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::argument::{BadArguments, Codecs, Incoming, owned};

    fn refusal(json: String) -> BadArguments {
        let incoming = Incoming { json: json.into(), ..Incoming::default() };
        (owned::<u8>(),).decode(&incoming, &["a"]).unwrap_err()
    }

    #[test]
    fn what_a_refusal_repeats_has_a_limit() {
        let names: Vec<String> = (0..100_000).map(|n| format!("\"{n}\":0")).collect();
        let long = "\u{fc}".repeat(100_000);
        for json in [
            format!("{{{}}}", names.join(",")),
            format!("{{{}}}", vec!["\"a\":0"; 100_000].join(",")),
            format!("{{\"{long}\":0}}"),
            format!("{{\"a\":\"{long}\"}}"),
            format!("\"{long}\""),
            format!("[{}]", vec!["0"; 100_000].join(",")),
        ] {
            let bad = refusal(json);
            assert!(bad.to_string().len() < 8_000, "{} bytes", bad.to_string().len());
        }
        let texts = (0..1000).map(|n| (n.to_string(), long.clone())).collect();
        let bad = (owned::<u8>(),).decode(&Incoming { texts, ..Incoming::default() }, &["a"]).unwrap_err();
        assert!(bad.to_string().len() < 8_000);
    }
}
