//! The hashes that requests are signed with.

use hmac::{Hmac, KeyInit, Mac};
use object_store::client::{
    CryptoProvider, DigestAlgorithm, DigestContext, HmacContext, Signer, SigningAlgorithm,
};
use object_store::{Error, Result};
use sha2::{Digest, Sha256};

/// SHA-256 and HMAC over it; S3 needs no others.
#[derive(Debug)]
pub(super) struct Hashes;

fn unknown(what: impl std::fmt::Debug) -> Error {
    Error::Generic { store: "S3", source: format!("{what:?} is not known here").into() }
}

impl CryptoProvider for Hashes {
    fn digest(&self, algorithm: DigestAlgorithm) -> Result<Box<dyn DigestContext>> {
        match algorithm {
            DigestAlgorithm::Sha256 => Ok(Box::new(Running { hash: Sha256::new(), end: [0; 32] })),
            other => Err(unknown(other)),
        }
    }

    fn hmac(&self, algorithm: DigestAlgorithm, secret: &[u8]) -> Result<Box<dyn HmacContext>> {
        match algorithm {
            DigestAlgorithm::Sha256 => {
                let hash = Hmac::<Sha256>::new_from_slice(secret).map_err(unknown)?;
                Ok(Box::new(Running { hash, end: [0; 32] }))
            }
            other => Err(unknown(other)),
        }
    }

    fn sign(&self, algorithm: SigningAlgorithm, _: &[u8]) -> Result<Box<dyn Signer>> {
        Err(unknown(algorithm))
    }
}

/// A hash that is being made, and its value at the end.
struct Running<H> {
    hash: H,
    end: [u8; 32],
}

impl DigestContext for Running<Sha256> {
    fn update(&mut self, data: &[u8]) {
        self.hash.update(data);
    }

    fn finish(&mut self) -> Result<&[u8]> {
        self.end = self.hash.finalize_reset().into();
        Ok(&self.end)
    }
}

impl HmacContext for Running<Hmac<Sha256>> {
    fn update(&mut self, data: &[u8]) {
        Mac::update(&mut self.hash, data);
    }

    fn finish(&mut self) -> Result<&[u8]> {
        self.end = self.hash.clone().finalize().into_bytes().into();
        Ok(&self.end)
    }
}
