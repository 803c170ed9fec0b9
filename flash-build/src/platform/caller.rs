//! Who asks, and how a key is looked up.

use std::future::Future;
use std::pin::Pin;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::ids::{EnvironmentId, UserId};

/// A future behind a pointer, for traits that are used as objects.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Who showed a valid key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account.
    pub user: UserId,
    /// How far the key reaches.
    pub scope: Scope,
}

/// How far a key reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything that the account owns.
    Account,
    /// A worker's key: endpoints of one environment, and its State Manager documents.
    Environment(EnvironmentId),
}

impl Caller {
    /// Whether this is the account itself and not one of its workers.
    #[must_use]
    pub fn is_account(&self) -> bool {
        self.scope == Scope::Account
    }
}

/// Knows whose key it is.
pub trait Keys: Send + Sync {
    /// The caller that a key belongs to.
    fn caller<'a>(&'a self, key: &'a str) -> Later<'a, Option<Caller>>;
}

/// The SHA-256 of a key: all that is ever stored of one.
#[derive(Clone, Copy)]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    /// The digest of a key.
    #[must_use]
    pub fn of(key: &str) -> Self {
        Self(Sha256::digest(key.as_bytes()).into())
    }

    /// Its bytes, as they are stored.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether it is one of these; takes the same time whichever it is.
    #[must_use]
    pub fn is_among(&self, digests: &[[u8; 32]]) -> bool {
        let mut found = subtle::Choice::from(0);
        for digest in digests {
            found |= self.0.ct_eq(digest);
        }
        found.into()
    }
}

impl From<[u8; 32]> for KeyDigest {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_found_among_others() {
        let digests = ["a", "b"].map(|key| *KeyDigest::of(key).bytes());
        assert!(KeyDigest::of("a").is_among(&digests) && KeyDigest::of("b").is_among(&digests));
        assert!(!KeyDigest::of("c").is_among(&digests) && !KeyDigest::of("a").is_among(&[]));
    }
}
