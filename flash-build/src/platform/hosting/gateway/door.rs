//! Who may come in.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::super::spec::EndpointSpec;

/// What a caller showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// A key that opens this endpoint.
    Key,
    /// None, or one that doesn't.
    Nothing,
}

/// Looks at the caller's key: `Bearer k`, or `k` alone.
pub(super) fn shown(headers: &HeaderMap, spec: &EndpointSpec) -> Shown {
    let Some(value) = headers.get(AUTHORIZATION) else { return Shown::Nothing };
    let value = value.as_bytes();
    let key = match value.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case(b"bearer ") => &value[7..],
        _ => value,
    };
    let digest = Sha256::digest(key.trim_ascii());
    // All of them are compared, and each in full, so that time tells nothing.
    let known = spec
        .callers
        .iter()
        .fold(subtle::Choice::from(0), |known, caller| known | caller.as_slice().ct_eq(digest.as_slice()));
    if bool::from(known) { Shown::Key } else { Shown::Nothing }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::time::Duration;

    use super::*;
    use crate::platform::hosting::{Kind, Program, Scaling};

    #[test]
    fn keys() {
        let digest = |key: &str| Sha256::digest(key.as_bytes()).into();
        let spec = EndpointSpec {
            id: "e".into(),
            name: "e".to_owned(),
            kind: Kind::LoadBalanced,
            environment: None,
            generation: 1,
            build: None,
            code_digest: None,
            program: Program::None(String::new()),
            variables: Vec::new(),
            scaling: Scaling { min: 0, max: 1, requests_per_worker: 1, idle_timeout: Duration::ZERO },
            execution_timeout: None,
            callers: vec![digest("one"), digest("two")],
            worker_key: String::new(),
            public: false,
        };
        let shown = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, value.parse().unwrap());
            shown(&headers, &spec)
        };
        for good in ["Bearer one", "bearer two", "two", "Bearer  one"] {
            assert_eq!(shown(good), Shown::Key, "{good}");
        }
        for bad in ["", "Bearer", "Bearer ", "Bearer on", "Bearer three", "Basic one", "Bearer one two"] {
            assert_eq!(shown(bad), Shown::Nothing, "{bad}");
        }
        assert_eq!(super::shown(&HeaderMap::new(), &spec), Shown::Nothing);
    }
}
