//! Why an operation is refused.

use async_graphql::ServerError;
use http::StatusCode;

use crate::platform::services::ArchiveError;
use crate::platform::store::StoreError;

/// A refusal that isn't the store's.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    /// No key, or nobody's.
    #[error("not authenticated: send the platform's key as `Authorization: Bearer <key>`")]
    Unauthenticated,
    /// A worker's key, for something only the account may do.
    #[error(
        "not allowed with a worker's key: it reads and writes the documents of its own environment only; use an account key"
    )]
    WorkerKey,
    /// An argument that makes no sense.
    #[error("{0}")]
    Invalid(String),
}

/// What a program tells refusals apart by; `extensions.code` of the error.
pub(super) fn code(error: &ServerError) -> Option<(&'static str, StatusCode)> {
    if let Some(refusal) = error.source::<Refusal>() {
        return Some(match refusal {
            Refusal::Unauthenticated => ("UNAUTHENTICATED", StatusCode::UNAUTHORIZED),
            Refusal::WorkerKey => ("FORBIDDEN", StatusCode::OK),
            Refusal::Invalid(_) => ("INVALID", StatusCode::OK),
        });
    }
    if let Some(error) = error.source::<ArchiveError>() {
        return Some(match error {
            ArchiveError::Refused(_) => ("INVALID", StatusCode::OK),
            ArchiveError::Failed(_) => ("UNAVAILABLE", StatusCode::SERVICE_UNAVAILABLE),
        });
    }
    Some(match error.source::<StoreError>()? {
        StoreError::NotFound(_) => ("NOT_FOUND", StatusCode::OK),
        StoreError::Exists(_) => ("EXISTS", StatusCode::OK),
        StoreError::Invalid(_) => ("INVALID", StatusCode::OK),
        StoreError::Conflict { .. } => ("REVISION_CONFLICT", StatusCode::OK),
        StoreError::Damaged { .. }
        | StoreError::Newer { .. }
        | StoreError::Unreachable { .. }
        | StoreError::Database(_) => ("UNAVAILABLE", StatusCode::SERVICE_UNAVAILABLE),
        StoreError::Sealed(_) | StoreError::Row(..) => ("INTERNAL", StatusCode::INTERNAL_SERVER_ERROR),
    })
}
