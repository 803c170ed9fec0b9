//! `cargo flash platform logs`.

use std::time::Duration;

use serde::Deserialize;

use super::super::{Context, Exit, Failure};
use super::client::{Client, runtime};
use super::place::Place;

/// How often workers' new lines are asked for.
const INTERVAL: Duration = Duration::from_millis(300);

/// Options of `cargo flash platform logs`.
#[derive(Debug, clap::Args)]
pub struct Logs {
    /// Go on with what is written from now on
    #[arg(short, long)]
    pub follow: bool,
    /// Only this endpoint, by name or id
    #[arg(long, value_name = "NAME")]
    pub endpoint: Option<String>,
}

/// What the platform answers.
#[derive(Deserialize)]
struct Page {
    lines: Vec<serde_json::Value>,
    next: String,
    more: bool,
}

impl Logs {
    pub(super) fn run(self, place: &Place, context: &Context) -> Result<Exit, Failure> {
        let endpoint = self.endpoint.as_deref().unwrap_or_default();
        if !endpoint.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
            return Err(Failure::new(format!("no endpoint can have the name `{endpoint}`")));
        }
        let client = Client::of(place)?;
        runtime()?.block_on(async {
            let mut from = String::new();
            loop {
                let mut query = vec![];
                if !endpoint.is_empty() {
                    query.push(format!("endpoint={endpoint}"));
                }
                if !from.is_empty() {
                    query.push(format!("from={from}"));
                }
                let page = client.get(&format!("/platform/logs?{}", query.join("&"))).await?;
                let page: Page = serde_json::from_value(page)
                    .map_err(|error| Failure::because("the platform's logs can't be understood", &error))?;
                for line in &page.lines {
                    print(line, context);
                }
                from = page.next;
                if !page.more {
                    if !self.follow {
                        return Ok(Exit::Done);
                    }
                    tokio::time::sleep(INTERVAL).await;
                }
            }
        })
    }
}

fn print(line: &serde_json::Value, context: &Context) {
    if context.terminal.is_json() {
        context.terminal.document(line);
        return;
    }
    let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
    context.terminal.data(format_args!("{} {} | {}\n", text("endpoint"), text("worker"), text("text")));
}
