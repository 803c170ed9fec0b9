//! From a request's body to an answer's.

use async_graphql::{ErrorExtensionValues, Request, Response, ServerError, Variables};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Schema, limits, refusal};
use crate::platform::caller::Caller;

/// The largest request: a manifest of 30 MB would be one of 100,000 functions.
pub const MAX_BODY_BYTES: usize = 32 * 1024 * 1024;

/// What clients send. Everything else in the body is ignored.
#[derive(Deserialize)]
struct Body {
    query: String,
    #[serde(default)]
    variables: Option<Map<String, Value>>,
    #[serde(default, rename = "operationName")]
    operation: Option<String>,
}

/// Runs what the body asks for, on behalf of the caller; without one only logins can be asked for.
///
/// A write that has begun is finished even when the client goes away in the middle: what is in the rows would
/// otherwise not reach those who act on it.
pub async fn execute(schema: &Schema, caller: Option<Caller>, body: &[u8]) -> (StatusCode, Vec<u8>) {
    let request = match request(body) {
        Ok(request) => request.data(caller),
        Err((status, message)) => return refused(status, message),
    };
    let schema = schema.clone();
    match tokio::spawn(async move { schema.execute(request).await }).await {
        Ok(response) => answer(response),
        Err(error) => {
            let text =
                format!("internal server error: an operation ended by itself ({error}); please report this");
            refused(StatusCode::INTERNAL_SERVER_ERROR, text)
        }
    }
}

fn request(body: &[u8]) -> Result<Request, (StatusCode, String)> {
    let bad = |text: String| (StatusCode::BAD_REQUEST, text);
    if body.len() > MAX_BODY_BYTES {
        let text = format!("the request has {} bytes, more than the limit of {MAX_BODY_BYTES}", body.len());
        return Err((StatusCode::PAYLOAD_TOO_LARGE, text));
    }
    if limits::values(body) > limits::MAX_VALUES {
        let text = format!("the request has more than {} values", limits::MAX_VALUES);
        return Err((StatusCode::PAYLOAD_TOO_LARGE, text));
    }
    // Only the place: what stands there may be a secret.
    let body: Body = serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        bad(format!(
            "the body is not `{{\"query\": \"..\", \"variables\": {{..}}}}`: line {line}, column {column}"
        ))
    })?;
    let variables = Value::Object(body.variables.unwrap_or_default());
    limits::text(&body.query, &variables).map_err(bad)?;
    let document = async_graphql::parser::parse_query(&body.query).map_err(|error| {
        let place = error.positions().next().unwrap_or_default();
        bad(format!("the query is not GraphQL: line {}, column {}", place.line, place.column))
    })?;
    limits::size(&document).map_err(bad)?;
    let mut request = Request::new(body.query).variables(Variables::from_json(variables));
    request.operation_name = body.operation;
    request.set_parsed_query(document);
    Ok(request)
}

fn answer(mut response: Response) -> (StatusCode, Vec<u8>) {
    let mut status = StatusCode::OK;
    for error in &mut response.errors {
        let Some(class) = refusal::class(error) else { continue };
        let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
        extensions.set("code", class.code);
        for (name, value) in [("reason", class.reason), ("field", class.field)] {
            if let Some(value) = value {
                extensions.set(name, value);
            }
        }
        status = status.max(class.status);
    }
    match serde_json::to_vec(&response) {
        Ok(bytes) => (status, bytes),
        Err(error) => refused(StatusCode::INTERNAL_SERVER_ERROR, format!("internal server error: {error}")),
    }
}

fn refused(status: StatusCode, message: String) -> (StatusCode, Vec<u8>) {
    let response = Response::from_errors(vec![ServerError::new(message, None)]);
    (status, serde_json::to_vec(&response).unwrap_or_default())
}
