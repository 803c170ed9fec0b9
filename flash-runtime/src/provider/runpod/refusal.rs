//! The platform's failures, by what the caller can do about them.

use crate::graphql::{Failure, Problem};
use crate::provider::ProviderError;

/// A failed query.
pub(super) fn of_query(failure: Failure) -> ProviderError {
    match failure {
        Failure::Lost(reason) => ProviderError::Unavailable { reason },
        other => of_mutation("", other),
    }
}

/// A failed mutation; `what` it was to do.
pub(super) fn of_mutation(what: &str, failure: Failure) -> ProviderError {
    match failure {
        Failure::Unauthorized(reason) => ProviderError::Unauthorized { reason },
        Failure::NotSent(reason) | Failure::Unavailable(reason) => ProviderError::Unavailable { reason },
        Failure::Lost(reason) => ProviderError::UnknownOutcome { what: what.to_owned(), reason },
        Failure::Protocol(reason) => ProviderError::Protocol { reason },
        Failure::Refused(problems) => refused(&problems),
    }
}

/// Codes are the local platform's; the cloud gives messages only, whose wording is all there is to go by.
fn refused(problems: &[Problem]) -> ProviderError {
    let reason = Failure::Refused(problems.to_vec()).to_string();
    let any = |is: &dyn Fn(&Problem) -> bool| problems.iter().any(is);
    if any(&|problem| problem.is_unauthorized()) {
        ProviderError::Unauthorized { reason }
    } else if any(&|problem| {
        problem.is(&["QUOTA", "QUOTA_EXCEEDED"])
            || problem.says(&["quota", "insufficient funds", "balance is too low"])
    }) {
        ProviderError::Quota { reason }
    } else if any(&is_absent) {
        ProviderError::NotFound { what: reason }
    } else if any(&Problem::is_passing) {
        ProviderError::Unavailable { reason }
    } else {
        let field = problems.iter().find_map(|problem| problem.field.clone()).unwrap_or_default();
        ProviderError::Invalid { field, reason }
    }
}

/// Whether it says that something isn't there.
pub(super) fn is_absent(problem: &Problem) -> bool {
    problem.is(&["NOT_FOUND"]) || problem.says(&["not found"])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn refusals_are_told_apart() {
        let of = |entry: serde_json::Value| refused(&Problem::all(&json!([entry])));
        assert!(matches!(of(json!({"message": "App not found"})), ProviderError::NotFound { .. }));
        assert!(matches!(
            of(json!({"message": "x", "extensions": {"code": "NOT_FOUND"}})),
            ProviderError::NotFound { .. }
        ));
        assert!(matches!(of(json!({"message": "Workers quota exceeded"})), ProviderError::Quota { .. }));
        assert!(matches!(of(json!({"message": "Try again later"})), ProviderError::Unavailable { .. }));
        let field = of(
            json!({"message": "out of range", "extensions": {"code": "BAD_USER_INPUT", "field": "idleTimeout"}}),
        );
        assert_eq!(field, ProviderError::invalid("idleTimeout", "out of range"));
        assert!(matches!(of(json!("odd")), ProviderError::Invalid { .. }));
        let lost = || Failure::Lost("gone".into());
        assert!(matches!(of_query(lost()), ProviderError::Unavailable { .. }));
        assert!(matches!(of_mutation("x", lost()), ProviderError::UnknownOutcome { .. }));
    }
}
