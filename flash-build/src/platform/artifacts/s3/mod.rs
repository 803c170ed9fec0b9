//! Archives in a store that speaks S3. The crate's own client would bring a second TLS library; ours is the one that
//! this command has anyway, and signatures are made with the hashes it has anyway.

mod client;
mod signing;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::prefix::PrefixStore;

use super::ArtifactError;

/// The store at `s3://bucket/prefix`; keys, region and endpoint come from the usual `AWS_` variables.
///
/// # Errors
/// The place or a variable can't be understood, or there are no credentials.
pub(super) fn open(place: &str) -> Result<Arc<dyn ObjectStore>, ArtifactError> {
    let has = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if !has("AWS_ACCESS_KEY_ID") && !has("AWS_WEB_IDENTITY_TOKEN_FILE") {
        let text = "there are no credentials for S3; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
        return Err(ArtifactError::of("opened", text.into()));
    }
    build(AmazonS3Builder::from_env(), place)
}

fn build(builder: AmazonS3Builder, place: &str) -> Result<Arc<dyn ObjectStore>, ArtifactError> {
    let rest = place.strip_prefix("s3://").unwrap_or(place);
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let store = builder
        .with_bucket_name(bucket)
        .with_http_connector(client::Connector)
        .with_crypto_provider(Arc::new(signing::Hashes))
        .build()
        .map_err(ArtifactError::store("opened"))?;
    let prefix = Path::from(prefix);
    if prefix.as_ref().is_empty() {
        return Ok(Arc::new(store));
    }
    Ok(Arc::new(PrefixStore::new(store, prefix)))
}
