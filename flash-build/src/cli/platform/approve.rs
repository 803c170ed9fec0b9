//! `cargo flash platform approve`.

use super::super::{Context, Exit, Failure};
use super::client::{Client, runtime};
use super::place::Place;

/// Options of `cargo flash platform approve`.
#[derive(Debug, clap::Args)]
pub struct Approve {
    /// The login, as its page names it
    pub request: String,
    /// Refuse it instead
    #[arg(long)]
    pub deny: bool,
}

impl Approve {
    pub(super) fn run(self, place: &Place, context: &Context) -> Result<Exit, Failure> {
        let id = &self.request;
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
            return Err(Failure::new(format!("`{id}` is no login"))
                .help("take it from the page that the login opens, or from its URL behind `request=`"));
        }
        let client = Client::of(place)?;
        let decision = serde_json::json!({ "approve": !self.deny });
        let document = runtime()?.block_on(client.post(&format!("/platform/logins/{id}"), &decision))?;
        context.terminal.status(if self.deny { "Refused" } else { "Approved" }, format_args!("login {id}"));
        if context.terminal.is_json() {
            context.terminal.document(&document);
        }
        Ok(Exit::Done)
    }
}
