//! Secret values: encrypted at rest under the data directory's key file, never shown.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

/// First byte of everything sealed, so that the form can change one day.
const FORM: u8 = 1;
const NONCE: usize = 24;

/// A secret value in memory. Neither `Debug` nor anything else prints it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides a value.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value, for the one place that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

/// Why a sealed value can't be opened or made. Says nothing of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Another key, another place, or changed bytes.
    #[error("a stored secret can't be decrypted: it was changed, moved, or sealed under another secrets.key")]
    Open,
    /// The cipher or the system's randomness failed.
    #[error("a secret can't be encrypted")]
    Seal,
}

/// Seals and opens secret values.
#[derive(Clone)]
pub struct Safe {
    cipher: XChaCha20Poly1305,
}

impl fmt::Debug for Safe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Safe(..)")
    }
}

impl Safe {
    /// Seals under this key.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self { cipher: XChaCha20Poly1305::new(key.into()) }
    }

    /// Encrypts a value for one place, such as `template/abc/env/TOKEN`; elsewhere it can't be opened, so rows can't be
    /// swapped by who can write the database.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn seal(&self, place: &str, value: &Secret) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| SealError::Seal)?;
        let payload = Payload { msg: value.0.as_bytes(), aad: place.as_bytes() };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::Seal)?;
        Ok([&[FORM], nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts a value that was sealed for this place.
    ///
    /// # Errors
    /// Another key, another place, or changed bytes.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Secret, SealError> {
        let (form, rest) = sealed.split_first().ok_or(SealError::Open)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(SealError::Open)?;
        if *form != FORM {
            return Err(SealError::Open);
        }
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        let value = self.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| SealError::Open)?;
        String::from_utf8(value).map(Secret).map_err(|_| SealError::Open)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_secret_opens_at_its_place_with_its_key_only() {
        let safe = Safe::new(&[7; 32]);
        let secret = Secret::new("hunter2");
        let sealed = safe.seal("a", &secret).unwrap();
        assert_eq!(safe.open("a", &sealed).unwrap(), secret);
        assert_eq!(safe.open("b", &sealed).unwrap_err(), SealError::Open);
        assert_eq!(Safe::new(&[8; 32]).open("a", &sealed).unwrap_err(), SealError::Open);
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert_eq!(safe.open("a", &changed).unwrap_err(), SealError::Open, "byte {index}");
            assert_eq!(safe.open("a", &sealed[..index]).unwrap_err(), SealError::Open, "cut at {index}");
        }
        assert_ne!(safe.seal("a", &secret).unwrap(), sealed, "equal values don't look equal");
        assert!(!sealed.windows(7).any(|window| window == b"hunter2"));
    }

    #[test]
    fn nothing_prints_it() {
        let secret = Secret::new("hunter2");
        for text in [
            format!("{secret:?}"),
            format!("{secret}"),
            format!("{secret:#?}"),
            format!("{:?}", Safe::new(&[7; 32])),
        ] {
            assert!(!text.contains("hunter2") && !text.contains('7'), "{text}");
        }
    }
}
