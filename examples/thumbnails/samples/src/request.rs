//! Sending a request.

use std::io::{Error, Write};
use std::process::{Command, Stdio};

use crate::Case;

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Content type; empty when there is none.
    pub content_type: String,
    /// Content.
    pub body: Vec<u8>,
}

/// Sends a request to the server at `url` by curl, as a stranger would.
///
/// # Errors
/// There is no curl, or it got no answer.
pub fn send(url: &str, case: &Case) -> Result<Answer, Error> {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--max-time", "120", "--request", case.method]);
    // The answer's head follows its body on standard output.
    curl.args(["--write-out", "\n%{http_code} %{content_type}"]);
    if let Some((content_type, _)) = &case.body {
        curl.args(["--data-binary", "@-", "--header", &format!("content-type: {content_type}")]);
    }
    curl.arg(format!("{url}{}", case.path));
    let mut curl = curl.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let stdin = curl.stdin.take();
    let body = case.body.as_ref().map_or(&[][..], |(_, body)| body);
    // curl reads all of it before it writes anything. What it failed over is in its own words below.
    if let Some(mut stdin) = stdin {
        let _ = stdin.write_all(body);
    }
    let output = curl.wait_with_output()?;
    if !output.status.success() {
        return Err(Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    let end = output.stdout.iter().rposition(|byte| *byte == b'\n').unwrap_or_default();
    let head = String::from_utf8_lossy(output.stdout.get(end + 1..).unwrap_or_default());
    let (status, content_type) = head.split_once(' ').unwrap_or((&head, ""));
    let status = status.parse().map_err(Error::other)?;
    Ok(Answer { status, content_type: content_type.to_owned(), body: output.stdout[..end].to_vec() })
}
