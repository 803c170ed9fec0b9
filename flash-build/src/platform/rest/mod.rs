//! Everything small that speaks plain HTTP: network volumes, worker logs, the console's page, and what
//! `cargo flash platform` asks.

mod console;
mod office;
mod volumes;

pub use console::console;

use http::{Method, StatusCode};

use super::answer::{Answer, json, refusal};
use super::behind::Services;
use super::caller::Caller;

/// A request whose key, method and body are already known.
pub struct Ask<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Its path, whole.
    pub path: &'a str,
    /// Its query, without the question mark.
    pub query: &'a str,
    /// Its body; JSON if not empty.
    pub body: &'a [u8],
    /// Who asks; an account.
    pub caller: &'a Caller,
}

/// Answers what lies below `/rest`, `/hapi` and `/platform`.
pub async fn answer(services: &Services, ask: &Ask<'_>) -> Answer {
    let parts: Vec<&str> = ask.path.split('/').skip(1).collect();
    match (parts.as_slice(), ask.method) {
        // Runpod's own paths have a version in front, which clients take from the base URL.
        (["rest", "networkvolumes"] | ["rest", "v1", "networkvolumes"], &Method::GET) => {
            volumes::list(services, ask).await
        }
        (["rest", "networkvolumes"] | ["rest", "v1", "networkvolumes"], &Method::POST) => {
            volumes::create(services, ask).await
        }
        (["hapi", "v1", "pod", worker, "logs"], &Method::GET) => {
            match services.logs.lines(ask.caller, (*worker).into()).await {
                Some(lines) => json(StatusCode::OK, &lines),
                None => refusal(StatusCode::NOT_FOUND, "there is no such worker"),
            }
        }
        (["platform", "status"], &Method::GET) => office::status(services, ask).await,
        (["platform", "logs"], &Method::GET) => office::logs(services, ask).await,
        (["platform", "logins", request], &Method::POST) => office::login(services, ask, request).await,
        _ => refusal(StatusCode::NOT_FOUND, "there is nothing here"),
    }
}
