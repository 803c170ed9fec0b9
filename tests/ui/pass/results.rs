//! Everything that can be a result.

#![deny(warnings)]

use std::collections::HashMap;

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
enum PriceError {
    Unknown(String),
    Call(flash::Error),
}

impl From<flash::Error> for PriceError {
    fn from(error: flash::Error) -> Self {
        Self::Call(error)
    }
}

type Priced<T> = Result<T, PriceError>;
type Price = std::result::Result<u32, PriceError>;

#[flash::remote]
async fn own(item: &str) -> Result<u32, PriceError> {
    if item == "tea" { Ok(250) } else { Err(PriceError::Unknown(item.to_owned())) }
}

#[flash::remote]
async fn alias(item: &str) -> Priced<u32> {
    own(item).await
}

#[flash::remote]
async fn alias_without_parameters(item: &str) -> Price {
    own(item).await
}

#[flash::remote]
async fn ours(item: &str) -> flash::Result<HashMap<String, Vec<u32>>> {
    Ok(HashMap::from([(item.to_owned(), vec![1])]))
}

#[flash::remote]
async fn ours_in_full(item: &str) -> core::result::Result<String, flash::Error> {
    Ok(item.to_owned())
}

#[flash::remote]
async fn anything(text: &str) -> Result<u8, flash::AnyError> {
    let number: u8 = text.parse()?;
    let text = String::from_utf8(vec![number])?;
    Ok(text.len() as u8)
}

#[flash::remote]
async fn raw() -> flash::Result<flash::Bytes> {
    Ok("raw".into())
}

#[flash::remote]
async fn raw_with_type() -> flash::Result<flash::Blob> {
    Ok(flash::Blob::new("text/plain", "raw"))
}

#[flash::remote(on_failure = "panic")]
async fn plain(n: u64) -> u64 {
    n + 1
}

#[flash::remote(on_failure = "panic")]
fn plain_struct() -> Option<(u8, String)> {
    None
}

#[flash::remote(on_failure = "panic")]
async fn nothing() {}

#[flash::remote(on_failure = "panic")]
fn unit() -> () {}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(own("tea").await, Ok(250));
    assert_eq!(alias("x").await, Err(PriceError::Unknown("x".into())));
    assert_eq!(alias_without_parameters("tea").await, Ok(250));
    assert_eq!(ours("a").await.unwrap()["a"], [1]);
    assert_eq!(ours_in_full("a").await.unwrap(), "a");
    assert_eq!(anything("7").await.unwrap(), 1);
    assert!(anything("x").await.is_err());
    assert_eq!(raw().await.unwrap(), "raw");
    assert_eq!(raw_with_type().await.unwrap().content_type, "text/plain");
    assert_eq!(plain(1).await, 2);
    assert_eq!(plain_struct(), None);
    nothing().await;
    unit();
}
