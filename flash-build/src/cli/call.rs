//! `cargo flash call`.

use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::value::RawValue;

use super::up::lost;
use super::{Context, Exit, Failure};
use crate::call::{Answer, Arguments, Request, Shape, Target, Timing, explain, json_text};
use crate::project::Project;
use crate::up::Session;

/// Options of `cargo flash call`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo flash call tokenize '{\"text\":\"hello world\"}'
  cargo flash call thumbnail '{\"width\":64}' --raw photo.jpg --output small.png
  cargo flash call count @arguments.json --url http://127.0.0.1:8888")]
pub struct Call {
    /// Function, or Class.method
    pub function: String,
    /// Arguments as a JSON object or array, @FILE, or - for standard input
    pub arguments: Option<String>,
    /// Send this file (or - for standard input) as the argument that takes raw bytes
    #[arg(long, value_name = "FILE")]
    pub raw: Option<PathBuf>,
    /// Write the result to this file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Endpoint to call, instead of what `cargo flash up` runs here
    #[arg(long)]
    pub url: Option<String>,
    /// Key to show; without it FLASH_API_KEY, or the key of `cargo flash up`
    #[arg(long)]
    pub key: Option<String>,
    /// Longest time the call may take: 250ms, 5s, 2m
    #[arg(long, value_name = "TIME", value_parser = parse_timeout)]
    pub timeout: Option<Duration>,
    /// Header to send along, as NAME:VALUE; may be repeated
    #[arg(short = 'H', long = "header", value_name = "NAME:VALUE", value_parser = parse_header)]
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl Call {
    pub(super) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let arguments = Arguments::read(self.arguments.as_deref(), self.raw.as_deref())?;
        let target = self.target(context)?;
        let headers: HeaderMap = self.headers.iter().cloned().collect();
        let request = Request { function: self.function.clone(), arguments, timeout: self.timeout, headers };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::because("the call can't be prepared", &error))?;
        runtime.block_on(async {
            let (response, timing) = request.send(&target).await?;
            self.show(response.into(), timing, &target, context).await
        })
    }

    fn target(&self, context: &Context) -> Result<Target, Failure> {
        let named = self.key.clone();
        let mut target = match &self.url {
            Some(url) => {
                let mut target = Target::of_url(url)?;
                target.key = std::env::var("FLASH_API_KEY").ok();
                target
            }
            None => Target::of_session(&session(context)?)?,
        };
        if named.is_some() {
            target.key = named;
        }
        Ok(target)
    }

    async fn show(
        &self,
        answer: Answer,
        timing: Timing,
        target: &Target,
        context: &Context,
    ) -> Result<Exit, Failure> {
        let (shape, status) = (answer.shape(), answer.status);
        if shape == Shape::Problem {
            let body = answer.bytes().await?;
            return Err(explain(&self.function, status, &body, &target.functions()));
        }
        if shape == Shape::Raw
            && self.output.is_none()
            && (context.terminal.is_json() || std::io::stdout().is_terminal())
        {
            return Err(Failure::new(format!("`{}` answered with {}", self.function, answer.content_type))
                .why("raw bytes are not written to a terminal or into a JSON document")
                .help("name a file for them with --output"));
        }
        let (size, result) = match &self.output {
            Some(path) => (to_file(answer, path).await?, None),
            None => {
                let body = answer.bytes().await?;
                (body.len() as u64, Some(body))
            }
        };
        let total = timing.total();
        if let Some(body) = &result {
            print(body, shape, context)?;
        }
        if context.terminal.is_json() {
            document(result.as_deref(), timing, total, size, context)?;
        }
        context.terminal.status(
            "Answered",
            format_args!(
                "in {} (connect {}, wait {}), {size} bytes",
                millis(total),
                millis(timing.connect),
                millis(timing.wait)
            ),
        );
        Ok(Exit::Done)
    }
}

/// The `up` of the package around us, or of the program that the options choose.
fn session(context: &Context) -> Result<Session, Failure> {
    let selection = &context.options.selection;
    if selection.package.is_none() && selection.manifest_path.is_none() {
        let here = std::env::current_dir()
            .map_err(|error| Failure::because("the working directory can't be found", &error))?;
        // Asking cargo takes longer than the call, and mostly the program is right above.
        for place in here.ancestors() {
            if let Some(session) = running(&place.join(".flash"))? {
                return Ok(session);
            }
        }
    }
    let project = Project::find(selection).map_err(|failure| {
        let mut nothing = Failure::new("there is no running program here").why(failure.what);
        nothing.why.extend(failure.why);
        nothing.help("go to the program that `cargo flash up` runs, or name an endpoint with --url")
    })?;
    running(project.output_directory().as_std_path())?.ok_or_else(|| {
        Failure::new(format!("`{}` isn't running", project.program.name))
            .help("start it with `cargo flash up`, or name an endpoint with --url")
    })
}

fn running(directory: &Path) -> Result<Option<Session>, Failure> {
    Session::running(directory).map_err(|unreadable| lost(&unreadable))
}

fn print(body: &[u8], shape: Shape, context: &Context) -> Result<(), Failure> {
    if context.terminal.is_json() {
        return Ok(());
    }
    let mut out = std::io::stdout();
    let written = match shape {
        Shape::Json => writeln!(out, "{}", json_text(body, out.is_terminal())?),
        Shape::Raw | Shape::Problem => out.write_all(body),
    };
    written
        .and_then(|()| out.flush())
        .map_err(|error| Failure::because("the result can't be written", &error))
}

fn document(
    result: Option<&[u8]>,
    timing: Timing,
    total: Duration,
    size: u64,
    context: &Context,
) -> Result<(), Failure> {
    #[derive(serde::Serialize)]
    struct Document<'a> {
        ok: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        result: Option<&'a RawValue>,
        bytes: u64,
        connect_ms: f64,
        wait_ms: f64,
        total_ms: f64,
    }
    let result = match result {
        None => None,
        Some(body) => Some(
            serde_json::from_slice(body)
                .map_err(|error| Failure::because("the reply is not the JSON it claims to be", &error))?,
        ),
    };
    let ms = |time: Duration| (time.as_secs_f64() * 1e6).round() / 1e3;
    context.terminal.document(&Document {
        ok: true,
        result,
        bytes: size,
        connect_ms: ms(timing.connect),
        wait_ms: ms(timing.wait),
        total_ms: ms(total),
    });
    Ok(())
}

async fn to_file(mut answer: Answer, path: &Path) -> Result<u64, Failure> {
    let failed =
        |error: std::io::Error| Failure::because(format!("{} can't be written", path.display()), &error);
    let mut file = File::create(path).map_err(failed)?;
    let mut size = 0;
    while let Some(chunk) = answer.chunk().await? {
        file.write_all(&chunk).map_err(failed)?;
        size += chunk.len() as u64;
    }
    Ok(size)
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

fn parse_timeout(text: &str) -> Result<Duration, String> {
    let time = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if time.is_zero() || time > Duration::from_secs(24 * 60 * 60) {
        return Err("must be more than nothing and at most a day".to_owned());
    }
    Ok(time)
}

fn parse_header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = text.split_once(':').ok_or("write NAME:VALUE")?;
    let name = name.trim().parse::<HeaderName>().map_err(|error| error.to_string())?;
    let value = value.trim().parse::<HeaderValue>().map_err(|error| error.to_string())?;
    Ok((name, value))
}
