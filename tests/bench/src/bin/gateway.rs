//! The platform's gateway beside nginx, both in front of the same worker, and the worker without either.
//!
//! `cargo run --release -p flash-bench --bin gateway`; nginx has to be installed.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "it prints its figures, and may fail"
)]

use std::convert::Infallible;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use flash_build::platform::hosting::{
    AtShutdown, EndpointSpec, Hosting, HostingSettings, Kind, Program, Scaling, Steady, Variable,
};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const KEY: &str = "bench";
const ROUNDS: usize = 5;
const SECONDS: f64 = 1.5;

/// What one load was: size of a message in each direction, requests in flight.
const LOADS: [(usize, usize); 4] = [(128, 1), (128, 16), (128, 64), (64 << 10, 16)];

#[flash::remote(resource = "echo")]
async fn echo(data: flash::Bytes) -> flash::Result<flash::Bytes> {
    Ok(data)
}

#[flash::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("load") => {
            let mut next = || arguments.next().expect("an argument");
            let (address, path) = (next(), next());
            let (size, flight) = (next().parse().unwrap(), next().parse().unwrap());
            println!("{}", load(&address, &path, size, flight).await);
        }
        Some("gateway") => gateway(&arguments.next().expect("a directory")).await,
        Some("cold") => cold().await,
        _ => report(),
    }
}

/// Hosts this very program.
async fn host(directory: &Path, min: u32, idle_timeout: Duration) -> Arc<Hosting> {
    let program = std::env::current_exe().unwrap();
    std::fs::hard_link(&program, directory.join("handler_echo"))
        .or_else(|_| std::fs::copy(&program, directory.join("handler_echo")).map(drop))
        .unwrap();
    let manifest = serde_json::json!({
        "version": "1.0", "generated_at": "2026-01-01T00:00:00Z", "project_name": "bench",
        "function_registry": {"echo": "echo"}, "routes": {},
        "resources": {"echo": {
            "resource_type": "ServerlessResource", "handler_file": "handler_echo",
            "functions": [{"name": "echo", "module": "gateway", "is_async": true, "is_class": false}],
        }},
    });
    std::fs::write(directory.join("flash_manifest.json"), manifest.to_string()).unwrap();
    let variable = |name: &str, value: &str| Variable { name: name.to_owned(), value: value.to_owned() };
    let spec = EndpointSpec {
        id: "echo".into(),
        name: "echo".to_owned(),
        kind: Kind::LoadBalanced,
        environment: None,
        generation: 1,
        build: None,
        code_digest: None,
        program: Program::Handler { directory: directory.to_owned(), entry: "handler_echo".to_owned() },
        variables: vec![variable("FLASH_RESOURCE_NAME", "echo"), variable("FLASH_API_KEY", KEY)],
        scaling: Scaling { min, max: 1, requests_per_worker: 4, idle_timeout },
        execution_timeout: None,
        callers: vec![Sha256::digest(KEY).into()],
        worker_key: KEY.to_owned(),
        public: false,
    };
    Hosting::start(HostingSettings::new(directory.join("data")), vec![spec]).await.unwrap()
}

/// From zero workers to the first answer, again and again.
async fn cold() {
    let place = tempfile::tempdir().unwrap();
    let hosting = host(place.path(), 0, Duration::ZERO).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let accepting = tokio::spawn(accept(Arc::clone(&hosting), listener));
    let mut times = Vec::new();
    for _ in 0..20 {
        while !hosting.observe(&"echo".into()).unwrap().generations[0].workers.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let mut stream = TcpStream::connect(address).await.unwrap();
        let begin = Instant::now();
        let request = format!(
            "POST /endpoints/echo/execute/echo HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {KEY}\r\n\
             content-type: application/octet-stream\r\ncontent-length: 1\r\n\r\nx"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = [0; 4096];
        let read = stream.read(&mut answer).await.unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 200"));
        times.push(begin.elapsed());
    }
    times.sort_unstable();
    println!(
        "from zero to the first answer: median {:.1?}, longest {:.1?}",
        times[times.len() / 2],
        times[times.len() - 1]
    );
    accepting.abort();
    hosting.shut_down(AtShutdown::Stop).await;
}

/// Answers at a port.
async fn gateway(directory: &str) {
    let hosting = host(Path::new(directory), 1, Duration::from_secs(5)).await;
    let worker = loop {
        let status = hosting.observe(&"echo".into()).unwrap();
        if status.workers.ready == 1 {
            break status.generations[0].workers[0].pid.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{} {worker}", listener.local_addr().unwrap());
    // As the platform does it: one task per connection, no other on the way.
    let accepting = tokio::spawn(accept(Arc::clone(&hosting), listener));
    let mut end = String::new();
    let _ = tokio::task::spawn_blocking(move || std::io::stdin().read_line(&mut end)).await;
    accepting.abort();
    hosting.shut_down(AtShutdown::Stop).await;
}

async fn accept(hosting: Arc<Hosting>, listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let hosting = Arc::clone(&hosting);
        let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let hosting = Arc::clone(&hosting);
            async move {
                let whole = request.uri().path().to_owned();
                let (id, path) = whole["/endpoints/".len()..].split_at("echo".len());
                Ok::<_, Infallible>(hosting.handle(id.into(), path, request).await)
            }
        });
        let io = hyper_util::rt::TokioIo::new(stream);
        let connection = hyper::server::conn::http1::Builder::new().serve_connection(io, service);
        tokio::spawn(Steady::new(connection.with_upgrades()));
    }
}

/// Calls for a while; answers `requests, p50 in us, p99 in us`.
async fn load(address: &str, path: &str, size: usize, flight: usize) -> String {
    let warm = Instant::now() + Duration::from_millis(300);
    let end = warm + Duration::from_secs_f64(SECONDS);
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {KEY}\r\n\
         content-type: application/octet-stream\r\ncontent-length: {size}\r\n\r\n{}",
        "x".repeat(size)
    );
    let tasks: Vec<_> = (0..flight)
        .map(|_| {
            let (address, request) = (address.to_owned(), request.clone());
            tokio::spawn(async move {
                let mut stream = TcpStream::connect(address).await.unwrap();
                stream.set_nodelay(true).unwrap();
                let (mut times, mut answer) = (Vec::new(), vec![0; size + 4096]);
                while Instant::now() < end {
                    let begin = Instant::now();
                    stream.write_all(request.as_bytes()).await.unwrap();
                    let (mut read, mut whole) = (0, usize::MAX);
                    while read < whole {
                        let more = stream.read(&mut answer[read..]).await.unwrap();
                        assert_ne!(more, 0, "{}", String::from_utf8_lossy(&answer[..read]));
                        read += more;
                        if whole == usize::MAX
                            && let Some(head) = answer[..read].windows(4).position(|four| four == b"\r\n\r\n")
                        {
                            assert!(
                                answer.starts_with(b"HTTP/1.1 200"),
                                "{}",
                                String::from_utf8_lossy(&answer[..read])
                            );
                            whole = head + 4 + size;
                        }
                    }
                    assert_eq!(read, whole);
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
    format!("{} {} {}", times.len(), at(50), at(99))
}

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // nginx's first process ends the others when it is asked to.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

fn nginx(directory: &Path, worker: &str) -> (Ended, String) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let place = directory.display();
    let text = format!(
        "daemon off; worker_processes auto; pid {place}/nginx.pid; error_log {place}/nginx.log;\n\
         events {{ worker_connections 1024; }}\n\
         http {{ access_log off; client_body_temp_path {place}/t1; proxy_temp_path {place}/t2;\n\
         fastcgi_temp_path {place}/t3; uwsgi_temp_path {place}/t4; scgi_temp_path {place}/t5;\n\
         client_body_buffer_size 128k; proxy_buffers 16 16k; keepalive_requests 1000000000;\n\
         upstream worker {{ server {worker}; keepalive 256; keepalive_requests 1000000000; }}\n\
         server {{ listen 127.0.0.1:{port};\n\
         location /endpoints/echo/ {{ proxy_pass http://worker/; proxy_http_version 1.1;\n\
         proxy_set_header Connection \"\"; proxy_set_header Host $host; }} }} }}\n"
    );
    let file = directory.join("nginx.conf");
    std::fs::write(&file, text).unwrap();
    let child = Command::new("nginx").arg("-c").arg(&file).spawn().expect("nginx is installed");
    let address = format!("127.0.0.1:{port}");
    while std::net::TcpStream::connect(&address).is_err() {
        std::thread::sleep(Duration::from_millis(5));
    }
    (Ended(child), address)
}

/// CPU time of a process and its children so far.
fn cpu_seconds(parent: u32) -> f64 {
    let mut ticks = 0.0;
    for entry in std::fs::read_dir("/proc").unwrap().map(Result::unwrap) {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let Ok(stat) = std::fs::read_to_string(format!("/proc/{id}/stat")) else { continue };
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        if id == parent || fields[1] == parent.to_string() {
            ticks += fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
        }
    }
    ticks / 100.0
}

fn report() {
    use std::io::BufRead;
    let program = std::env::current_exe().unwrap();
    let place = tempfile::tempdir().unwrap();
    let mut child = Command::new(&program)
        .arg("gateway")
        .arg(place.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let (gateway, worker) = line.trim().split_once(' ').expect("an address and a process");
    let environment = std::fs::read_to_string(format!("/proc/{worker}/environ")).unwrap();
    let port = environment.split('\0').find_map(|variable| variable.strip_prefix("PORT=")).unwrap();
    let direct = format!("127.0.0.1:{port}");
    let worker: u32 = worker.parse().unwrap();
    let hosting = Ended(child);
    let (proxy, proxied) = nginx(place.path(), &direct);

    let cold = Command::new(&program).arg("cold").output().unwrap();
    println!("{}", String::from_utf8_lossy(&cold.stdout).trim());

    println!(
        "{:<24} {:<8} {:>10} {:>10} {:>10} {:>14}",
        "load", "who", "requests/s", "p50 us", "p99 us", "proxy CPU us"
    );
    for (size, flight) in LOADS {
        let mut runs: [Vec<[f64; 4]>; 3] = Default::default();
        for round in 0..ROUNDS {
            let mut peers = [
                (0, direct.as_str(), "/execute/echo", None),
                (1, proxied.as_str(), "/endpoints/echo/execute/echo", Some(proxy.0.id())),
                (2, gateway, "/endpoints/echo/execute/echo", Some(hosting.0.id())),
            ];
            // None of them always comes first.
            peers.rotate_left(round % 3);
            for (at, address, path, process) in peers {
                // The worker is a child of the gateway's process.
                let cpu = || {
                    process
                        .map_or(0.0, |id| cpu_seconds(id) - if at == 2 { cpu_seconds(worker) } else { 0.0 })
                };
                let before = cpu();
                let output = Command::new(&program)
                    .args(["load", address, path, &size.to_string(), &flight.to_string()])
                    .output()
                    .unwrap();
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                let text = String::from_utf8(output.stdout).unwrap();
                let figures: Vec<f64> =
                    text.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
                // CPU counts the warm-up, too.
                let requests = figures[0] * (SECONDS + 0.3) / SECONDS;
                runs[at].push([
                    figures[0] / SECONDS,
                    figures[1],
                    figures[2],
                    (cpu() - before) * 1e6 / requests,
                ]);
            }
        }
        let mut medians = Vec::new();
        for (who, runs) in ["direct", "nginx", "gateway"].iter().zip(&mut runs) {
            let mut median = [0.0; 4];
            for (column, median) in median.iter_mut().enumerate() {
                runs.sort_by(|a, b| a[column].total_cmp(&b[column]));
                *median = runs[ROUNDS / 2][column];
            }
            let [rate, p50, p99, cpu] = median;
            let load = format!("{size} B, {flight} in flight");
            println!("{load:<24} {who:<8} {rate:>10.0} {p50:>10.1} {p99:>10.1} {cpu:>14.1}");
            medians.push(median);
        }
        let ratio = |column: usize| medians[2][column] / medians[1][column];
        println!(
            "{:<24} {:<8} {:>9.2}x {:>9.2}x {:>9.2}x {:>13.2}x",
            "",
            "to nginx",
            ratio(0),
            ratio(1),
            ratio(2),
            ratio(3)
        );
    }
}
