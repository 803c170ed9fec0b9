//! `endpoint_1`, queue-based.

use crate::{Report, api};

#[flash::resource]
const ENDPOINT_1: flash::ServerlessResource = flash::ServerlessResource::new("endpoint_1");

/// Counts the words of a text. Splitting happens here, counting on the other endpoint.
///
/// # Errors
/// The call to `funcC` failed.
#[flash::remote(resource = ENDPOINT_1, name = "funcA")]
pub async fn func_a(text: String) -> flash::Result<Report> {
    let words = func_b(&text)?;
    let mut report = api::func_c(words).await?;
    report.processes.insert(0, std::process::id());
    Ok(report)
}

/// Splits a text into words.
///
/// # Errors
/// The call failed; the function itself can't.
#[flash::remote(resource = ENDPOINT_1, name = "funcB")]
pub fn func_b(text: &str) -> flash::Result<Vec<String>> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    Ok(words.map(str::to_lowercase).collect())
}
