//! Every legal pattern of a remote function, called in the process and through its handler.

#![forbid(unsafe_code)]
#![deny(warnings, clippy::pedantic, clippy::nursery)]
#![allow(
    clippy::unwrap_used,
    clippy::used_underscore_binding,
    clippy::missing_errors_doc,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::missing_const_for_fn,
    clippy::unnecessary_wraps,
    clippy::unused_async,
    clippy::derive_partial_eq_without_eq,
    missing_docs,
    reason = "the patterns are the point here"
)]

use std::borrow::Cow;
use std::path::Path;

use flash::argument::Incoming;
use flash::registry::{Invocation, find};
use flash::reply::Encoded;
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize, flash::Type)]
pub struct Job {
    id: u64,
    tags: Vec<String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub enum MyError {
    Odd(u64),
    Call(String),
}

impl From<flash::Error> for MyError {
    fn from(error: flash::Error) -> Self {
        Self::Call(error.to_string())
    }
}

/// Documented.
#[flash::remote(resource = "endpoint_1")]
#[must_use = "attributes stay"]
pub async fn owned(job: Job) -> Result<u64, MyError> {
    if job.id % 2 == 1 {
        return Err(MyError::Odd(job.id));
    }
    Ok(job.id)
}

#[flash::remote]
async fn borrowed(text: &str, jobs: &[Job], one: &Job, path: &Path) -> flash::Result<usize> {
    tokio::task::yield_now().await;
    Ok(text.len() + jobs.len() + one.tags.len() + path.as_os_str().len())
}

#[flash::remote]
async fn patterns((a, b): (i32, i32), mut c: i32, _: Option<u8>, Job { id, .. }: Job) -> flash::Result<u64> {
    c += a + b;
    Ok(u64::try_from(c).unwrap_or_default() + id)
}

#[flash::remote]
async fn named_lifetime<'a>(text: Cow<'a, str>, other: &'a str) -> flash::Result<String> {
    Ok(format!("{text}{other}"))
}

#[flash::remote]
async fn factorial(n: u64) -> flash::Result<u64> {
    if n < 2 { Ok(1) } else { Ok(n * Box::pin(factorial(n - 1)).await?) }
}

#[flash::remote(name = "plain-sync", timeout = "5s", idempotent)]
fn sync(a: u8, b: &str) -> Result<String, flash::AnyError> {
    let parsed: u8 = b.parse()?;
    Ok((u32::from(a) + u32::from(parsed)).to_string())
}

#[flash::remote(on_failure = "panic")]
async fn infallible(a: u8) -> u8 {
    a + 1
}

#[rustfmt::skip]
#[flash::remote]
async fn one_line(text: String) -> flash::Result<String> { Ok(text) }

#[flash::remote]
async fn nothing() -> flash::Result<()> {
    Ok(())
}

#[flash::remote]
async fn shadowing(values: Vec<u8>) -> flash::Result<usize> {
    struct Vec;
    #[allow(non_snake_case)]
    fn shadowing(_: Vec) -> usize {
        7
    }
    #[allow(dead_code)]
    enum Result {}
    Ok(shadowing(Vec) + values.len())
}

#[flash::remote]
async fn r#type(r#match: u8) -> flash::Result<u8> {
    Ok(r#match)
}

#[flash::remote]
async fn bytes(image: flash::Bytes, width: u32) -> flash::Result<flash::Blob> {
    Ok(flash::Blob::new(format!("image/w{width}"), image))
}

struct Model {
    bias: u64,
}

#[flash::remote(resource = "models")]
impl Model {
    async fn new() -> flash::Result<Self> {
        tokio::task::yield_now().await;
        Ok(Self { bias: 10 })
    }

    /// Predicts.
    #[flash(method = "POST", path = "/predict")]
    async fn predict(&self, prompt: &str) -> flash::Result<u64> {
        Ok(self.bias + prompt.len() as u64)
    }

    fn bias(&self) -> flash::Result<u64> {
        Ok(self.bias)
    }
}

struct Broken;

#[flash::remote]
impl Broken {
    fn new() -> Result<Self, std::num::ParseIntError> {
        "x".parse::<u8>().map(|_| Self)
    }

    async fn call(&self) -> flash::Result<()> {
        Ok(())
    }
}

mod inner {
    #[flash::remote]
    pub(super) async fn private_uncalled_is_fine() -> flash::Result<()> {
        Ok(())
    }
}

async fn handle(name: &str, json: &'static str) -> String {
    let site = find(name).unwrap();
    let incoming = Incoming { json: json.into(), ..Incoming::default() };
    let encoded = match (site.handler)(&incoming) {
        Invocation::Future(future) => future.await,
        Invocation::Blocking(run) => run(),
        Invocation::Refused(bad) => return bad.to_string(),
    };
    match encoded {
        Encoded::Value { bytes, .. } => String::from_utf8(bytes.to_vec()).unwrap(),
        Encoded::Application(json) => format!("error {}", String::from_utf8(json.to_vec()).unwrap()),
        Encoded::Failed(error) => error.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_in_the_process() {
    assert_eq!(owned(Job { id: 2, tags: vec![] }).await, Ok(2));
    assert_eq!(owned(Job { id: 3, tags: vec![] }).await, Err(MyError::Odd(3)));
    let job = Job { id: 1, tags: vec!["x".into()] };
    assert_eq!(borrowed("abc", &[], &job, Path::new("ab")).await.unwrap(), 6);
    assert_eq!(patterns((1, 2), 3, None, job).await.unwrap(), 7);
    assert_eq!(named_lifetime("a".into(), "b").await.unwrap(), "ab");
    assert_eq!(factorial(10).await.unwrap(), 3_628_800);
    assert_eq!(sync(1, "2").unwrap(), "3");
    assert_eq!(infallible(1).await, 2);
    assert_eq!(one_line("x".into()).await.unwrap(), "x");
    nothing().await.unwrap();
    assert_eq!(shadowing(vec![1]).await.unwrap(), 8);
    assert_eq!(r#type(1).await.unwrap(), 1);
    assert_eq!(Model::remote().predict("abc").await.unwrap(), 13);
    let kept = Model::remote().predict("abcd");
    assert_eq!(kept.await.unwrap(), 14);
    assert_eq!(Model::remote().bias().unwrap(), 10);
    assert_eq!(Model { bias: 0 }.predict("abc").await.unwrap(), 3);
    let error = Broken::remote().call().await.unwrap_err();
    assert_eq!(error.to_string(), "init: `Broken` could not be constructed: invalid digit found in string");
    assert_eq!(bytes("x".into(), 5).await.unwrap().content_type, "image/w5");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_through_the_handler() {
    assert_eq!(handle("owned", r#"{"job":{"id":2,"tags":[]}}"#).await, "2");
    assert_eq!(handle("owned", r#"[{"id":3,"tags":[]}]"#).await, r#"error {"Odd":3}"#);
    let json = r#"{"text":"abc","jobs":[],"one":{"id":1,"tags":["x"]},"path":"ab"}"#;
    assert_eq!(handle("borrowed", json).await, "6");
    assert_eq!(handle("patterns", r#"{"arg0":[1,2],"c":3,"arg3":{"id":1,"tags":[]}}"#).await, "7");
    assert_eq!(handle("named_lifetime", r#"{"text":"a","other":"b"}"#).await, r#""ab""#);
    assert_eq!(handle("factorial", r#"{"n":10}"#).await, "3628800");
    assert_eq!(handle("plain-sync", r#"{"a":1,"b":"2"}"#).await, r#""3""#);
    assert!(handle("plain-sync", r#"{"a":1,"b":"x"}"#).await.contains("invalid digit"));
    assert_eq!(handle("infallible", "[1]").await, "2");
    assert_eq!(handle("nothing", "").await, "null");
    assert_eq!(handle("type", r#"{"match":1}"#).await, "1");
    assert_eq!(handle("Model.predict", r#"{"prompt":"abc"}"#).await, "13");
    assert_eq!(handle("Model.bias", "").await, "10");
    assert!(handle("Broken.call", "").await.contains("could not be constructed"));
    assert!(find("private_uncalled_is_fine").is_some());
}
