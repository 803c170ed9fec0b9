//! What the gateway reads out of headers, and what it keeps from going further.

use http::header::{
    CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderName, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};

use super::super::slot::Affinity;
use crate::platform::ids::WorkerId;

/// The worker of an answer, and the one that a request wants.
pub(super) const WORKER: HeaderName = HeaderName::from_static("x-runpod-worker-id");

/// Digest of the caller's code.
pub(super) const BUILD: HeaderName = HeaderName::from_static("flash-build");

const HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("proxy-authorization"),
    HeaderName::from_static("proxy-authenticate"),
];

/// Removes what concerns one connection only.
pub(super) fn strip(headers: &mut HeaderMap) {
    // One look at each name is cheaper than a search for each that may be there, and mostly there is none.
    if !headers.keys().any(|name| *name == UPGRADE || HOP_BY_HOP.contains(name)) {
        return;
    }
    if headers.contains_key(CONNECTION) {
        let named: Vec<HeaderName> = headers
            .get_all(CONNECTION)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|name| name.trim().parse().ok())
            .collect();
        for name in named {
            headers.remove(name);
        }
    }
    for name in &HOP_BY_HOP {
        headers.remove(name);
    }
    headers.remove(UPGRADE);
}

/// Whether the request wants to leave HTTP.
pub(super) fn wants_upgrade(headers: &HeaderMap) -> bool {
    headers.contains_key(UPGRADE)
        && headers.get_all(CONNECTION).iter().any(|value| {
            value
                .to_str()
                .is_ok_and(|text| text.split(',').any(|word| word.trim().eq_ignore_ascii_case("upgrade")))
        })
}

/// The worker that a request wants.
pub(super) fn affinity(headers: &HeaderMap) -> Affinity {
    let Some(text) = headers.get(WORKER).and_then(|value| value.to_str().ok()) else { return Affinity::Any };
    let mut words = text.split_ascii_whitespace();
    let worker = |word: &str| WorkerId::from(word);
    match (words.next(), words.next()) {
        (None, _) => Affinity::Any,
        (Some("strict"), Some(id)) => Affinity::Strict(worker(id)),
        (Some("strict-resume"), Some(id)) => Affinity::StrictResume(worker(id)),
        (Some(id), _) => Affinity::Prefer(worker(id)),
    }
}

/// How long the body is, if the request says so.
pub(super) fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn what_concerns_the_connection_stays_behind() {
        let mut passed = headers(&[
            ("connection", "close, X-Secret"),
            ("x-secret", "1"),
            ("keep-alive", "5"),
            ("te", "trailers"),
            ("upgrade", "h2c"),
            ("transfer-encoding", "chunked"),
            ("proxy-authorization", "x"),
            ("x-other", "stays"),
            ("content-length", "3"),
        ]);
        strip(&mut passed);
        let names: Vec<_> = passed.keys().map(HeaderName::as_str).collect();
        assert_eq!(names.len(), 2, "{names:?}");
        assert!(passed.contains_key("x-other") && passed.contains_key("content-length"));
    }

    #[test]
    fn the_worker_that_is_wanted() {
        let wanted = |value: &str| affinity(&headers(&[("x-runpod-worker-id", value)]));
        assert_eq!(wanted("w1"), Affinity::Prefer("w1".into()));
        assert_eq!(wanted("strict w1"), Affinity::Strict("w1".into()));
        assert_eq!(wanted("strict-resume  w1"), Affinity::StrictResume("w1".into()));
        assert_eq!(wanted("strict"), Affinity::Prefer("strict".into()));
        assert_eq!(wanted(""), Affinity::Any);
        assert_eq!(affinity(&HeaderMap::new()), Affinity::Any);
    }

    #[test]
    fn upgrades() {
        let wants = |connection: &str| {
            wants_upgrade(&headers(&[("connection", connection), ("upgrade", "websocket")]))
        };
        assert!(wants("Upgrade") && wants("keep-alive, upgrade"));
        assert!(!wants("keep-alive"));
        assert!(!wants_upgrade(&headers(&[("connection", "upgrade")])));
    }
}
