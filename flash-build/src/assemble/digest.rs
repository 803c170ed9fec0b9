//! SHA-256 as lower-case hexadecimal digits.

use std::fmt::Write;
use std::io::Read;

use flash::manifest::Resource;
use sha2::{Digest, Sha256};

/// Digest of bytes.
#[must_use]
pub fn hex_sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Digest of everything that a reader yields.
///
/// # Errors
/// The reader's own.
pub fn hex_sha256_of(reader: &mut impl Read) -> std::io::Result<String> {
    let mut state = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hex(&state.finalize())),
            length => state.update(&buffer[..length]),
        }
    }
}

/// `config_hash` of a resource: the digest of what is declared of it.
#[must_use]
pub fn config_hash(resource: &Resource) -> String {
    hex_sha256(resource.declared().as_bytes())
}

fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(digest.len() * 2), |mut text, byte| {
        // Writing to a `String` can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answer() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex_sha256(b"abc"), expected);
        assert_eq!(hex_sha256_of(&mut &b"abc"[..]).ok().as_deref(), Some(expected));
    }

    #[test]
    fn the_protocols_vectors() {
        for (document, digest) in [
            (
                r#"{"functions": [{"is_async": false, "is_class": false, "module": "app.math", "name": "add"}], "handler_file": "handler_alpha.py", "resource_type": "ServerlessResource"}"#,
                "eafba126714c898a6100df1dec822d3b764dd7b5e31ea14c09e397649a4d3c5b",
            ),
            (
                r#"{"b": [1, 2.5, true, null], "a": "\u00e9"}"#,
                "ec884da80dc1be7f955de10fa52663a6cda1dc3ceacf2b9e60591fd3ca7b0dcd",
            ),
        ] {
            let value: serde_json::Value = serde_json::from_str(document).unwrap_or_default();
            assert_eq!(hex_sha256(flash::manifest::canonical(&value).as_bytes()), digest);
        }
    }
}
