//! The key in a request.

use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};

use super::Refusal;

/// Longer keys don't exist.
const MAX_KEY: usize = 512;

/// The key of a request: `Bearer KEY`, or the bare key as some of Runpod's examples send it.
///
/// # Errors
/// There are several, or it is no key.
pub fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = match (values.next(), values.next()) {
        (None, _) => return Ok(None),
        (Some(value), None) => value,
        (Some(_), Some(_)) => {
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "there are several Authorization headers"));
        }
    };
    let text = value.to_str().map_err(|_| Refusal::unknown_key())?.trim();
    let key = match text.split_once(' ') {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => key.trim(),
        Some(_) => return Err(Refusal::unknown_key()),
        None => text,
    };
    if key.is_empty() || key.len() > MAX_KEY || key.contains(' ') || key.eq_ignore_ascii_case("bearer") {
        return Err(Refusal::unknown_key());
    }
    Ok(Some(key))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn key(values: &[&str]) -> Result<Option<String>, StatusCode> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, value.parse().unwrap());
        }
        match bearer(&headers) {
            Ok(key) => Ok(key.map(str::to_owned)),
            Err(refusal) => Err(refusal.status),
        }
    }

    #[test]
    fn a_key_comes_with_its_scheme_or_bare() {
        assert_eq!(key(&[]), Ok(None));
        for value in ["Bearer k1", "bearer k1", "Bearer  k1 ", "k1"] {
            assert_eq!(key(&[value]).unwrap().unwrap(), "k1", "{value}");
        }
        for value in ["", "Bearer", "Bearer ", "Basic dTpw", "Bearer a b", &"x".repeat(600)] {
            assert_eq!(key(&[value]).unwrap_err(), StatusCode::UNAUTHORIZED, "{value}");
        }
        assert_eq!(key(&["Bearer a", "Bearer b"]).unwrap_err(), StatusCode::BAD_REQUEST);
    }
}
