//! All arguments of a function at once.

use super::fill::wrong;
use super::{ArgCodec, BadArgument, BadArguments, Incoming};

/// A tuple of codecs, one per argument.
pub trait Codecs {
    /// What the callee holds.
    type Held;

    /// Reads all arguments.
    ///
    /// # Errors
    /// Names every argument that doesn't fit.
    fn decode(&self, incoming: &Incoming, names: &'static [&'static str])
    -> Result<Self::Held, BadArguments>;
}

/// The value, or a note of why there is none.
fn keep<H>(value: Result<H, String>, name: &str, bad: &mut Vec<BadArgument>) -> Option<H> {
    value.map_err(|reason| wrong(bad, name, &reason)).ok()
}

macro_rules! codecs {
    ($(($($held:ident $borrowed:ident $at:tt),*))*) => {
        $(impl<$($held, $borrowed: ?Sized),*> Codecs for ($(ArgCodec<$borrowed, $held>,)*) {
            type Held = ($($held,)*);

            #[inline(never)]
            #[allow(unused_mut, unused_variables, non_snake_case, reason = "the empty tuple uses none of them")]
            fn decode(
                &self,
                incoming: &Incoming,
                names: &'static [&'static str],
            ) -> Result<Self::Held, BadArguments> {
                let raw: &[fn() -> bool] = &[$(self.$at.is_raw),*];
                let raw_at = raw.iter().position(|is_raw| is_raw());
                let mut bad = Vec::new();
                let mut slots = incoming.slots(names, raw_at, &mut bad)?.into_iter();
                $(let $held = keep(
                    (self.$at.decode)(slots.next().unwrap_or(super::Slot::Missing)),
                    names.get($at).copied().unwrap_or_default(),
                    &mut bad,
                );)*
                match ($($held,)*) {
                    ($(Some($held),)*) if bad.is_empty() => Ok(($($held,)*)),
                    _ => Err(BadArguments::Arguments { bad, expected: names.to_vec() }),
                }
            }
        })*
    };
}

codecs! {
    ()
    (A TA 0)
    (A TA 0, B TB 1)
    (A TA 0, B TB 1, C TC 2)
    (A TA 0, B TB 1, C TC 2, D TD 3)
    (A TA 0, B TB 1, C TC 2, D TD 3, E TE 4)
    (A TA 0, B TB 1, C TC 2, D TD 3, E TE 4, F TF 5)
    (A TA 0, B TB 1, C TC 2, D TD 3, E TE 4, F TF 5, G TG 6)
    (A TA 0, B TB 1, C TC 2, D TD 3, E TE 4, F TF 5, G TG 6, H TH 7)
    (A TA 0, B TB 1, C TC 2, D TD 3, E TE 4, F TF 5, G TG 6, H TH 7, I TI 8)
    (A TA 0, B TB 1, C TC 2, D TD 3, E TE 4, F TF 5, G TG 6, H TH 7, I TI 8, J TJ 9)
    (A TA 0, B TB 1, C TC 2, D TD 3, E TE 4, F TF 5, G TG 6, H TH 7, I TI 8, J TJ 9, K TK 10)
    (A TA 0, B TB 1, C TC 2, D TD 3, E TE 4, F TF 5, G TG 6, H TH 7, I TI 8, J TJ 9, K TK 10, L TL 11)
}

#[cfg(test)]
mod tests {
    use super::Codecs;
    use crate::argument::{BadArguments, Incoming, Outgoing, owned, text};

    fn decode(json: &'static str, texts: &[(&str, &str)]) -> Result<(u32, Option<String>, Vec<u8>), String> {
        let incoming = Incoming {
            json: json.into(),
            texts: texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
            raw: None,
        };
        (owned::<u32>(), owned::<Option<String>>(), owned::<Vec<u8>>())
            .decode(&incoming, &["a", "b", "c"])
            .map_err(|bad| bad.to_string())
    }

    #[test]
    fn by_name_in_order_and_from_texts() {
        let whole = Ok((1, Some("x".to_owned()), vec![2]));
        assert_eq!(decode(r#"{"c":[2],"a":1,"b":"x"}"#, &[]), whole);
        assert_eq!(decode(r#"[1,"x",[2]]"#, &[]), whole);
        assert_eq!(decode("", &[("a", "1"), ("c", "2"), ("b", "x")]), whole);
        assert_eq!(decode("", &[("a", "1"), ("c", "2"), ("c", "3")]), Ok((1, None, vec![2, 3])));
        assert_eq!(decode(r#"{"c":[]}"#, &[("a", "1"), ("b", "7")]), Ok((1, Some("7".to_owned()), vec![])));
    }

    #[test]
    fn every_bad_argument_is_named() {
        let error = decode(r#"{"a":-1,"c":"x"}"#, &[]).unwrap_err();
        assert_eq!(
            error,
            "`a` invalid value: integer `-1`, expected u32; `c` invalid type: string \"x\", expected a sequence \
             (the arguments are `a`, `b`, `c`)"
        );
        assert!(
            decode(r#"{"a":1,"a":2,"d":0}"#, &[]).unwrap_err().starts_with("`a` is given twice; `d` is not")
        );
        let incoming = Incoming { json: r#"{"texd":1,"width":"x","zebra":0}"#.into(), ..Incoming::default() };
        let codecs = (owned::<String>(), owned::<u32>(), owned::<u32>());
        let bad = codecs.decode(&incoming, &["text", "width", "height"]).unwrap_err();
        assert_eq!(
            bad.to_string(),
            "`texd` is not an argument of this function; did you mean `text`?; `zebra` is not an argument of this \
             function; `text` is missing; `width` invalid type: string \"x\", expected u32; `height` is missing \
             (the arguments are `text`, `width`, `height`)"
        );
        let none = ().decode(&Incoming { json: r#"{"a":1}"#.into(), ..Incoming::default() }, &[]);
        assert!(none.unwrap_err().to_string().contains("takes no arguments"));
        assert!(decode("[1,2,3,4]", &[]).unwrap_err().contains("4 values for 3 arguments"));
        assert!(decode("7", &[]).unwrap_err().starts_with("the body is not a JSON object or array"));
        assert!(decode("", &[]).unwrap_err().starts_with("`a` is missing; `c` is missing"));
    }

    #[test]
    fn raw_bodies_reach_their_argument() {
        let incoming = Incoming {
            json: r#"{"width":5}"#.into(),
            texts: Vec::new(),
            raw: Some(crate::Blob::new("image/png", &b"png"[..])),
        };
        let codecs = (owned::<u32>(), owned::<bytes::Bytes>());
        assert_eq!(codecs.decode(&incoming, &["width", "image"]), Ok((5, bytes::Bytes::from("png"))));
        let none = (owned::<u32>(),).decode(&incoming, &["width"]);
        assert_eq!(none, Err(BadArguments::Raw("image/png".to_owned())));
    }

    #[test]
    fn outgoing_is_an_object() {
        let mut out = Outgoing::default();
        out.json("a", "x\"y");
        out.json("b", &[1, 2]);
        assert_eq!(out.finish().unwrap().0, br#"{"a":"x\"y","b":[1,2]}"#);
        let held =
            (text::<str>(),).decode(&Incoming { json: r#"{"t":"\n"}"#.into(), ..Default::default() }, &["t"]);
        assert_eq!(held, Ok(("\n".to_owned(),)));
    }
}
