//! HTTP for the store, through the client that the command has anyway.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use http::Response;
use http_body_util::BodyExt;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody,
    HttpService,
};

/// A store that accepts no connection within this time is away.
const CONNECT: Duration = Duration::from_secs(10);
/// The longest pause of a store that answers.
const PAUSE: Duration = Duration::from_secs(60);

/// Makes clients.
#[derive(Debug)]
pub(super) struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = reqwest::Client::builder().connect_timeout(CONNECT).read_timeout(PAUSE).build();
        let client =
            client.map_err(|error| object_store::Error::Generic { store: "S3", source: error.into() })?;
        Ok(HttpClient::new(Client(client)))
    }
}

#[derive(Debug)]
struct Client(reqwest::Client);

/// What `async_trait` makes of an `async fn`, written out.
type Answer<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'a>>;

impl HttpService for Client {
    fn call<'life0, 'async_trait>(&'life0 self, request: HttpRequest) -> Answer<'async_trait>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let url = reqwest::Url::parse(&parts.uri.to_string())
                .map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
            let mut sent = reqwest::Request::new(parts.method, url);
            *sent.headers_mut() = parts.headers;
            // In memory already: parts of an upload, or a short document.
            *sent.body_mut() = Some(body.collect().await?.to_bytes().into());
            let answer = self.0.execute(sent).await.map_err(failed)?;
            let (parts, body) = Response::<reqwest::Body>::from(answer).into_parts();
            Ok(HttpResponse::from_parts(parts, HttpResponseBody::new(body.map_err(failed))))
        })
    }
}

/// Which failures may be tried again.
fn failed(error: reqwest::Error) -> HttpError {
    let broken = |error: &(dyn Error + 'static)| {
        error
            .downcast_ref::<hyper::Error>()
            .is_some_and(|error| error.is_closed() || error.is_incomplete_message())
            || error.downcast_ref::<std::io::Error>().is_some()
    };
    let kind = if error.is_timeout() {
        HttpErrorKind::Timeout
    } else if error.is_connect() {
        HttpErrorKind::Connect
    } else {
        let mut cause = error.source();
        loop {
            match cause {
                None => break HttpErrorKind::Unknown,
                Some(cause) if broken(cause) => break HttpErrorKind::Interrupted,
                Some(other) => cause = other.source(),
            }
        }
    };
    // Its URL is told by the store, without what is secret in it.
    HttpError::new(kind, error.without_url())
}
