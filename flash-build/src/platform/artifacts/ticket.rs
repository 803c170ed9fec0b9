//! Signed URLs: the signature is the key, for one method, one object, one length and a short time.

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use http::Method;
use sha2::Sha256;

use super::ArtifactError;

/// What a URL allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ticket {
    /// The one method.
    pub(super) method: Method,
    /// The one object.
    pub(super) object: String,
    /// The one length, of uploads.
    pub(super) length: Option<u64>,
    /// Until when, in seconds since 1970.
    pub(super) expires: i64,
}

/// Signs and checks.
#[derive(Clone)]
pub(super) struct Signer {
    key: [u8; 32],
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(..)")
    }
}

const WRONG: ArtifactError = ArtifactError::Forbidden("the URL's signature doesn't fit this request");

impl Signer {
    pub(super) const fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// Path and query of a URL for this.
    pub(super) fn sign(&self, ticket: &Ticket) -> String {
        let mut url = format!("/artifacts/{}?", ticket.object);
        if let Some(length) = ticket.length {
            let _ = write!(url, "length={length}&");
        }
        let signature = self.mac(ticket).finalize().into_bytes();
        let signature = crate::platform::directory::hex(&signature);
        let _ = write!(url, "expires={}&signature={signature}", ticket.expires);
        url
    }

    /// What a request's URL allows it.
    ///
    /// # Errors
    /// It isn't signed for this, or too late.
    pub(super) fn check(
        &self,
        method: &Method,
        object: &str,
        query: &str,
        now: i64,
    ) -> Result<Ticket, ArtifactError> {
        let (mut length, mut expires, mut signature) = (None, None, None);
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').ok_or(WRONG)?;
            let place = match name {
                "length" => &mut length,
                "expires" => &mut expires,
                "signature" => &mut signature,
                _ => return Err(WRONG),
            };
            if place.replace(value).is_some() {
                return Err(WRONG);
            }
        }
        let ticket = Ticket {
            method: method.clone(),
            object: object.to_owned(),
            length: length.map(|text| text.parse().map_err(|_| WRONG)).transpose()?,
            expires: expires.and_then(|text| text.parse().ok()).ok_or(WRONG)?,
        };
        let signature = signature.and_then(unhex).ok_or(WRONG)?;
        // Takes the same time wherever it differs.
        self.mac(&ticket).verify_slice(&signature).map_err(|_| WRONG)?;
        if ticket.expires <= now {
            return Err(ArtifactError::Forbidden("the URL has expired; ask for a new one"));
        }
        Ok(ticket)
    }

    fn mac(&self, ticket: &Ticket) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key of 32 bytes");
        // No field can hold the byte that parts them.
        let Ticket { method, object, length, expires } = ticket;
        let length = length.map_or_else(String::new, |length| length.to_string());
        mac.update(format!("flash artifact 1\0{method}\0{object}\0{length}\0{expires}").as_bytes());
        mac
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn ticket() -> Ticket {
        Ticket { method: Method::PUT, object: "uploads/ab".to_owned(), length: Some(10), expires: 1000 }
    }

    fn query(url: &str) -> &str {
        url.split_once('?').unwrap().1
    }

    #[test]
    fn a_url_opens_what_it_was_made_for() {
        let signer = Signer::new([1; 32]);
        let url = signer.sign(&ticket());
        assert!(url.starts_with("/artifacts/uploads/ab?length=10&expires=1000&signature="), "{url}");
        assert_eq!(signer.check(&Method::PUT, "uploads/ab", query(&url), 999).unwrap(), ticket());
    }

    #[test]
    fn and_nothing_else() {
        let signer = Signer::new([1; 32]);
        let url = signer.sign(&ticket());
        let good = query(&url);
        let refused = |method: Method, object: &str, query: &str, now: i64| {
            let error = signer.check(&method, object, query, now).unwrap_err();
            assert_eq!(error.status(), http::StatusCode::FORBIDDEN);
            error.to_string()
        };
        assert!(refused(Method::PUT, "uploads/ab", good, 1000).contains("expired"));
        for method in [Method::GET, Method::POST, Method::DELETE] {
            refused(method, "uploads/ab", good, 999);
        }
        refused(Method::PUT, "uploads/ac", good, 999);
        for (from, to) in [
            ("length=10", "length=11"),
            ("length=10&", ""),
            ("expires=1000", "expires=2000"),
            ("expires=1000", "expires=1000&expires=2000"),
            ("signature=", "signature=0"),
            ("signature=", "signature=é"),
            ("length=10", "length=10&more=1"),
        ] {
            refused(Method::PUT, "uploads/ab", &good.replace(from, to), 999);
        }
        refused(Method::PUT, "uploads/ab", "", 999);
        refused(Method::PUT, "uploads/ab", "length=10&expires=1000", 999);
        assert!(Signer::new([2; 32]).check(&Method::PUT, "uploads/ab", good, 999).is_err());
    }
}
