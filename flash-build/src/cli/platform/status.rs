//! `cargo flash platform status`.

use serde_json::{Value, json};

use super::super::{Context, Exit, Failure, Table};
use super::client::{Client, runtime};
use super::place::Place;
use super::up::exports;
use crate::platform::directory::key_path;

/// Options of `cargo flash platform status`.
#[derive(Debug, clap::Args)]
pub struct Status {
    /// Print the variables that send Runpod's own clients here, for `eval "$(..)"`
    #[arg(long)]
    pub env: bool,
}

impl Status {
    pub(super) fn run(self, place: &Place, context: &Context) -> Result<Exit, Failure> {
        let client = Client::of(place)?;
        if self.env {
            context.terminal.data(exports(&client.running, &place.directory));
            return Ok(Exit::Done);
        }
        let mut status = runtime()?.block_on(client.get("/platform/status"))?;
        let running = &client.running;
        let key = key_path(&place.directory);
        if context.terminal.is_json() {
            if let Some(document) = status.as_object_mut() {
                let own = json!({
                    "ok": true, "url": running.url(), "pid": running.pid, "started": running.started,
                    "version": running.version, "dataDirectory": place.directory, "keyFile": key,
                });
                document.extend(own.as_object().cloned().unwrap_or_default());
            }
            context.terminal.document(&status);
            return Ok(Exit::Done);
        }
        context.terminal.data(format_args!(
            "{}  process {}, {}, since {}\n{}\n",
            running.url(),
            running.pid,
            memory(&status["memory"]),
            running.started,
            place.directory.display()
        ));
        for app in list(&status["apps"]) {
            for environment in list(&app["environments"]) {
                context.terminal.data(format_args!(
                    "\n{} / {}  {}\n",
                    text(&app["name"]),
                    text(&environment["name"]),
                    text(&environment["state"])
                ));
                endpoints(list(&environment["endpoints"]), context);
            }
            if list(&app["environments"]).is_empty() {
                context.terminal.data(format_args!("\n{}  no environment\n", text(&app["name"])));
            }
        }
        let others = list(&status["endpoints"]);
        if !others.is_empty() {
            context.terminal.data("\nendpoints outside of environments\n");
            endpoints(others, context);
        }
        if list(&status["apps"]).is_empty() && others.is_empty() {
            context.terminal.data("\nnothing is deployed\n");
        }
        Ok(Exit::Done)
    }
}

fn endpoints(endpoints: &[Value], context: &Context) {
    let mut table = Table::new(["endpoint", "id", "kind", "workers", "memory", "state"]);
    for endpoint in endpoints {
        let workers = list(&endpoint["workers"]);
        let bytes: u64 = workers.iter().filter_map(|worker| worker["rss"].as_u64()).sum();
        table.row([
            text(&endpoint["name"]).to_owned(),
            text(&endpoint["id"]).to_owned(),
            text(&endpoint["kind"]).to_owned(),
            format!("{} of {}..{}", workers.len(), endpoint["workersMin"], endpoint["workersMax"]),
            mebibytes(bytes),
            text(&endpoint["state"]).to_owned(),
        ]);
    }
    if !table.is_empty() {
        context.terminal.data(table.render(2));
    }
}

fn memory(memory: &Value) -> String {
    match memory["platform"].as_u64() {
        Some(bytes) => mebibytes(bytes),
        None => "memory unknown".to_owned(),
    }
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(1024 * 1024))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}
