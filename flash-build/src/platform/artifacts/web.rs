//! `/artifacts/..`: PUT and GET with a signed URL, which is all the key they need.

use std::sync::Arc;

use futures_util::StreamExt;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};

use super::{ArtifactError, Artifacts, now};
use crate::platform::answer::{Answer, empty, refusal};

/// Answers a request for an object.
pub async fn answer(artifacts: &Arc<Artifacts>, object: &str, request: Request<Incoming>) -> Answer {
    match serve(artifacts, object, request).await {
        Ok(answer) => answer,
        Err(error) => refusal(error.status(), &error.to_string()),
    }
}

async fn serve(
    artifacts: &Arc<Artifacts>,
    object: &str,
    request: Request<Incoming>,
) -> Result<Answer, ArtifactError> {
    let query = request.uri().query().unwrap_or_default();
    let ticket = artifacts.signer.check(request.method(), object, query, now())?;
    match (ticket.method, ticket.length) {
        (Method::PUT, Some(length)) => {
            let (artifacts, object) = (Arc::clone(artifacts), object.to_owned());
            // A task of its own, so that it cleans up after a client that has gone.
            tokio::spawn(async move { artifacts.receive(&object, length, request.into_body()).await })
                .await
                .map_err(|error| ArtifactError::of("written", Box::new(error)))??;
            Ok(empty(StatusCode::OK))
        }
        (Method::GET, None) => {
            let (length, stream) = artifacts.stream(object).await?;
            let body = StreamBody::new(stream.map(|chunk| chunk.map(Frame::data)));
            let mut answer = Response::new(body.boxed_unsync());
            let headers = answer.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/gzip"));
            headers.insert(CONTENT_LENGTH, length.into());
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            Ok(answer)
        }
        _ => Err(ArtifactError::Forbidden("the URL's signature doesn't fit this request")),
    }
}
