//! Texts out of a URL.

use std::borrow::Cow;

/// Decodes `%XX`; in a query `+` is a blank, in a path it is itself.
///
/// `None` when the text is no UTF-8 or an escape is broken.
pub(super) fn decode(text: &str, plus_is_blank: bool) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| byte == b'%' || (plus_is_blank && byte == b'+')) {
        return Some(Cow::Borrowed(text));
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => (digit(bytes.next()?)? << 4) | digit(bytes.next()?)?,
            b'+' if plus_is_blank => b' ',
            other => other,
        });
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Adds the pairs of an `application/x-www-form-urlencoded` query to `texts`, in order, repeated ones
/// included.
///
/// # Errors
/// The piece that can't be decoded.
pub(super) fn query<'a>(query: &'a str, texts: &mut Vec<(String, String)>) -> Result<(), &'a str> {
    for piece in query.split('&').filter(|piece| !piece.is_empty()) {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        let pair = decode(name, true).zip(decode(value, true)).ok_or(piece)?;
        texts.push((pair.0.into_owned(), pair.1.into_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{decode, query};

    #[test]
    fn escapes() {
        assert_eq!(decode("a%2Fb+c", false).unwrap(), "a/b+c");
        assert_eq!(decode("a%2fb+c%20d", true).unwrap(), "a/b c d");
        assert_eq!(decode("%C3%BC", false).unwrap(), "\u{fc}");
        for bad in ["%", "%4", "%zz", "%+1", "%FF"] {
            assert_eq!(decode(bad, false), None, "{bad}");
        }
    }

    #[test]
    fn pairs() {
        let mut texts = Vec::new();
        query("a=1&b=x+y&&a=2&c&d=%3D%26", &mut texts).unwrap();
        let texts: Vec<_> = texts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(texts, [("a", "1"), ("b", "x y"), ("a", "2"), ("c", ""), ("d", "=&")]);
        assert_eq!(query("a=1&b=%", &mut Vec::new()), Err("b=%"));
    }
}
