//! Content types. A form can be sent across sites without asking first, JSON can't.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};

use super::Refusal;

/// Refuses everything that isn't declared as JSON.
///
/// # Errors
/// Another content type, several, or none.
pub fn wants_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let declared = match (types.next(), types.next()) {
        (Some(declared), None) => declared.to_str().unwrap_or_default(),
        _ => "",
    };
    let essence = declared.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send `Content-Type: application/json`"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn json_only() {
        let accepts = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_TYPE, value.parse().unwrap());
            }
            wants_json(&headers).is_ok()
        };
        assert!(accepts(&["application/json"]) && accepts(&["Application/JSON; charset=utf-8"]));
        for refused in [
            &[][..],
            &["text/plain"],
            &["application/x-www-form-urlencoded"],
            &["multipart/form-data; x=application/json"],
            &["application/jsonx"],
            &["text/plain, application/json"],
            &["text/plain", "application/json"],
        ] {
            assert!(!accepts(refused), "{refused:?}");
        }
    }
}
