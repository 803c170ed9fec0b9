//! One echo over HTTP: Flash beside a hand-written axum + reqwest, client and server in two processes.
//!
//! `cargo run --release -p flash-bench --bin http_call`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "it prints its figures, and may fail"
)]

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize, flash::Type)]
struct Message {
    id: u64,
    tags: Vec<u32>,
    text: String,
}

impl Message {
    fn of(bytes: usize) -> Self {
        Self { id: 7, tags: vec![1, 2, 3], text: "x".repeat(bytes.saturating_sub(40)) }
    }
}

#[flash::remote(resource = "echo")]
async fn echo(message: Message) -> flash::Result<Message> {
    Ok(message)
}

const KEY: &str = "bench";
const ROUNDS: usize = 3;
const SECONDS: f64 = 1.5;

/// What one load was: size of a message, calls in flight.
const LOADS: [(usize, usize); 4] = [(128, 1), (128, 64), (64 << 10, 1), (1 << 20, 16)];

#[flash::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("axum") => axum_server().await,
        Some(peer @ ("call-flash" | "call-axum")) => {
            let url = arguments.next().expect("a URL");
            let (size, flight) = (number(arguments.next()), number(arguments.next()));
            println!("{}", client(peer == "call-flash", url, size, flight).await);
        }
        _ => report(),
    }
}

fn number(argument: Option<String>) -> usize {
    argument.and_then(|text| text.parse().ok()).expect("a number")
}

async fn axum_server() {
    async fn echo(headers: axum::http::HeaderMap, body: axum::Json<Message>) -> axum::response::Response {
        use axum::response::IntoResponse;
        let authorized = headers.get("authorization").is_some_and(|value| value == "Bearer bench");
        if authorized { body.into_response() } else { axum::http::StatusCode::UNAUTHORIZED.into_response() }
    }
    let app = axum::Router::new()
        .route("/execute/echo", axum::routing::post(echo))
        .layer(axum::extract::DefaultBodyLimit::max(30 << 20));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    eprintln!("listening on http://{}", listener.local_addr().unwrap());
    axum::serve(
        axum::serve::ListenerExt::tap_io(listener, |stream| {
            let _ = stream.set_nodelay(true);
        }),
        app,
    )
    .await
    .unwrap();
}

/// Calls for a while; answers `calls, seconds, p50 in us, p99 in us, CPU seconds`.
async fn client(is_flash: bool, url: String, size: usize, flight: usize) -> String {
    let http = reqwest::Client::builder().pool_max_idle_per_host(128).build().unwrap();
    let start = Instant::now();
    let warm = start + Duration::from_millis(300);
    let end = warm + Duration::from_secs_f64(SECONDS);
    let tasks: Vec<_> = (0..flight)
        .map(|_| {
            let (http, url) = (http.clone(), format!("{url}/execute/echo"));
            let message = Message::of(size);
            tokio::spawn(async move {
                let mut times = Vec::new();
                while Instant::now() < end {
                    let begin = Instant::now();
                    let answer = if is_flash {
                        echo(message.clone()).await.unwrap()
                    } else {
                        let request = http.post(&url).bearer_auth(KEY).json(&message);
                        request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
                    };
                    assert_eq!(answer.text.len(), message.text.len());
                    if begin > warm {
                        times.push(begin.elapsed());
                    }
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    times.sort_unstable();
    let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1e6;
    format!("{} {} {} {} {}", times.len(), SECONDS, at(50), at(99), cpu_seconds(std::process::id()))
}

/// CPU time of a process so far.
fn cpu_seconds(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    ticks / 100.0
}

struct Server {
    child: Child,
    url: String,
}

impl Server {
    /// Starts a server and reads the address it prints.
    fn start(command: &mut Command) -> Self {
        use std::io::BufRead;
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut errors = std::io::BufReader::new(child.stderr.take().unwrap());
        while !line.contains("http://") {
            line.clear();
            assert_ne!(errors.read_line(&mut line).unwrap(), 0, "the server ended");
        }
        std::thread::spawn(move || errors.lines().count());
        let url = line[line.find("http://").unwrap()..].trim().to_owned();
        Self { child, url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn manifest(url: Option<&str>) -> std::path::PathBuf {
    let mut resource = serde_json::json!({
        "resource_type": "ServerlessResource", "handler_file": "handler_echo",
        "functions": [{"name": "echo", "module": "http_call", "is_async": true, "is_class": false}],
    });
    if let Some(url) = url {
        resource["endpoint_url"] = url.into();
    }
    let document = serde_json::json!({
        "version": "1.0", "generated_at": "2026-01-01T00:00:00Z", "project_name": "bench",
        "function_registry": {"echo": "echo"}, "resources": {"echo": resource}, "routes": {},
    });
    let path =
        std::env::temp_dir().join(format!("flash-bench-{}-{}.json", std::process::id(), url.is_some()));
    std::fs::write(&path, document.to_string()).unwrap();
    path
}

fn report() {
    let program = std::env::current_exe().unwrap();
    let axum = Server::start(Command::new(&program).arg("axum"));
    let flash = Server::start(
        Command::new(&program)
            .env("FLASH_RESOURCE_NAME", "echo")
            .env("FLASH_MANIFEST_PATH", manifest(None))
            .env("FLASH_API_KEY", KEY)
            .env("FLASH_HOST", "127.0.0.1")
            .env("PORT", "0"),
    );
    let routed = manifest(Some(&flash.url));
    println!(
        "{:<22} {:<15} {:>10} {:>10} {:>10} {:>12}",
        "load", "who", "calls/s", "p50 us", "p99 us", "CPU us/call"
    );
    for (size, flight) in LOADS {
        let mut medians = Vec::new();
        for (who, server) in [("axum+reqwest", &axum), ("flash", &flash)] {
            let mut runs: Vec<[f64; 4]> = (0..ROUNDS)
                .map(|_| {
                    let peer = if who == "flash" { "call-flash" } else { "call-axum" };
                    let mut command = Command::new(&program);
                    command.args([peer, &server.url, &size.to_string(), &flight.to_string()]);
                    if who == "flash" {
                        command
                            .env("FLASH_ENV", "bench")
                            .env("FLASH_MANIFEST_PATH", &routed)
                            .env("FLASH_API_KEY", KEY);
                    }
                    let before = cpu_seconds(server.child.id());
                    let output = command.output().unwrap();
                    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                    let server_cpu = cpu_seconds(server.child.id()) - before;
                    let text = String::from_utf8(output.stdout).unwrap();
                    let figures: Vec<f64> =
                        text.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
                    // CPU counts the warm-up too, on both sides alike.
                    let calls = figures[0] * (SECONDS + 0.3) / SECONDS;
                    [figures[0] / figures[1], figures[2], figures[3], (figures[4] + server_cpu) * 1e6 / calls]
                })
                .collect();
            runs.sort_by(|a, b| a[0].total_cmp(&b[0]));
            let [rate, p50, p99, cpu] = runs[ROUNDS / 2];
            let load = format!("{size} B, {flight} in flight");
            println!("{load:<22} {who:<15} {rate:>10.0} {p50:>10.1} {p99:>10.1} {cpu:>12.1}");
            medians.push([rate, p50, cpu]);
        }
        let ratio = |index: usize| medians[1][index] / medians[0][index];
        println!(
            "{:<22} {:<15} {:>9.2}x {:>9.2}x {:>10} {:>11.2}x",
            "",
            "ratio",
            ratio(0),
            ratio(1),
            "",
            ratio(2)
        );
    }
}
