//! Random ids and keys, and bytes as digits.

use super::StoreError;
use crate::platform::caller::KeyDigest;
use crate::platform::secrets::Secret;

const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
/// 14 of 36 characters are 72 bits, and fit into a host name.
const ID: usize = 14;
/// 40 of 36 characters are 206 bits.
const KEY: usize = 40;

/// A new id: short, lower-case, begins with a letter because it becomes a label of a host name.
pub(super) fn id<T: From<String>>() -> Result<T, StoreError> {
    loop {
        let text = random(ID)?;
        if text.starts_with(|first: char| first.is_ascii_lowercase()) {
            return Ok(text.into());
        }
    }
}

/// A new key and its digest. The prefix tells a leaked key's kind.
pub(super) fn key(prefix: &str) -> Result<(Secret, KeyDigest), StoreError> {
    let key = format!("{prefix}_{}", random(KEY)?);
    let digest = KeyDigest::of(&key);
    Ok((Secret::new(key), digest))
}

fn random(length: usize) -> Result<String, StoreError> {
    let mut text = String::with_capacity(length);
    let mut bytes = [0; 64];
    while text.len() < length {
        getrandom::fill(&mut bytes)
            .map_err(|error| StoreError::invalid(format!("the system has no randomness to give: {error}")))?;
        // 252 is the largest multiple of 36; what is above would make some characters likelier.
        let even = bytes.iter().filter(|byte| **byte < 252).map(|byte| ALPHABET[usize::from(byte % 36)]);
        text.extend(even.take(length - text.len()).map(char::from));
    }
    Ok(text)
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// The bytes again; none when the text isn't pairs of digits.
pub(super) fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        hex.chars().map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| (pair[0] << 4) | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn ids_fit_into_host_names() {
        for _ in 0..200 {
            let id: String = id().unwrap();
            assert!(
                id.len() == ID && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()),
                "{id}"
            );
            assert!(!id.starts_with(|c: char| c.is_ascii_digit()), "{id}");
        }
        assert_ne!(id::<String>().unwrap(), id::<String>().unwrap());
    }

    #[test]
    fn digits_there_and_back() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(bytes(&hex(&all)).unwrap(), all);
        assert_eq!((bytes("0"), bytes("zz")), (None, None));
    }
}
