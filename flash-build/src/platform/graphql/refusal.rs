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

/// What a program tells errors apart by.
pub(super) struct Class {
    /// `extensions.code`: whose fault it is, in the words that GraphQL tools know.
    pub(super) code: &'static str,
    /// `extensions.reason`: what the fault is.
    pub(super) reason: Option<&'static str>,
    /// `extensions.field`: which input it is about.
    pub(super) field: Option<&'static str>,
    pub(super) status: StatusCode,
}

impl Class {
    const fn client(reason: &'static str) -> Self {
        Self { code: "BAD_USER_INPUT", reason: Some(reason), field: None, status: StatusCode::OK }
    }

    const fn named(code: &'static str, status: StatusCode) -> Self {
        Self { code, reason: None, field: None, status }
    }
}

const UNAVAILABLE: Class = Class::named("SERVICE_UNAVAILABLE", StatusCode::SERVICE_UNAVAILABLE);

/// The class of an error of ours; the library's own say which document is wrong and need none.
pub(super) fn class(error: &ServerError) -> Option<Class> {
    if let Some(refusal) = error.source::<Refusal>() {
        return Some(match refusal {
            Refusal::Unauthenticated => Class::named("UNAUTHENTICATED", StatusCode::UNAUTHORIZED),
            Refusal::WorkerKey => Class::named("FORBIDDEN", StatusCode::OK),
            Refusal::Invalid(_) => Class::client("INVALID"),
        });
    }
    if let Some(error) = error.source::<ArchiveError>() {
        return Some(match error {
            ArchiveError::Refused(_) => Class::client("INVALID"),
            ArchiveError::Failed(_) => UNAVAILABLE,
        });
    }
    Some(match error.source::<StoreError>()? {
        StoreError::NotFound(_) => Class::client("NOT_FOUND"),
        StoreError::Exists(_) => Class::client("EXISTS"),
        StoreError::Invalid(_) => Class::client("INVALID"),
        StoreError::Field { field, .. } => Class { field: Some(field), ..Class::client("INVALID") },
        StoreError::Conflict { .. } => Class::client("REVISION_CONFLICT"),
        StoreError::Damaged { .. }
        | StoreError::Newer { .. }
        | StoreError::Unreachable { .. }
        | StoreError::Database(_) => UNAVAILABLE,
        StoreError::Sealed(_) | StoreError::Row(..) => {
            Class::named("INTERNAL_SERVER_ERROR", StatusCode::INTERNAL_SERVER_ERROR)
        }
    })
}
