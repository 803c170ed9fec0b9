//! A private database per test.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use flash_build::platform::store::DatabaseUrl;
use tempfile::TempDir;

/// Ends with the test.
pub(crate) struct Database {
    pub(crate) url: DatabaseUrl,
    pub(crate) directory: TempDir,
    server: Option<Server>,
}

struct Server {
    tools: PathBuf,
    data: PathBuf,
    /// The server refuses to run as root.
    as_postgres: bool,
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        let directory = TempDir::new().unwrap();
        let url = DatabaseUrl::Sqlite(directory.path().join("platform.db"));
        Self { url, directory, server: None }
    }

    /// A server of its own behind a socket in a directory: no shared port, so tests run side by side.
    pub(crate) fn postgres() -> Self {
        let directory = TempDir::new().unwrap();
        let place = directory.path().to_path_buf();
        let tools = tools();
        let as_postgres = fs::metadata(&place).unwrap().uid() == 0;
        if as_postgres {
            let done = Command::new("chown").arg("postgres").arg(&place).status().unwrap();
            assert!(done.success(), "there is no user `postgres`; install PostgreSQL");
        }
        let server = Server { tools, data: place.join("data"), as_postgres };
        server.run("initdb", &["-A", "trust", "-U", "postgres", "--no-sync", "--no-locale", "-E", "UTF8"]);
        let options =
            format!("-c listen_addresses= -c unix_socket_directories={} -c fsync=off", place.display());
        let log = place.join("log");
        server.run("pg_ctl", &["-w", "-l", log.to_str().unwrap(), "-o", &options, "start"]);
        let url = format!("postgres://postgres@localhost/postgres?host={}", place.display());
        Self { url: url.parse().unwrap(), directory, server: Some(server) }
    }
}

impl Server {
    fn run(&self, tool: &str, arguments: &[&str]) {
        let tool = self.tools.join(tool);
        let mut command = if self.as_postgres {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(tool);
            command
        } else {
            Command::new(tool)
        };
        // A server that inherits the pipe of the output would keep it open for ever.
        let output = self.data.with_extension("output");
        let file = fs::File::create(&output).unwrap();
        let status = command
            .arg("-D")
            .arg(&self.data)
            .args(arguments)
            .current_dir("/")
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .status()
            .unwrap();
        assert!(status.success(), "{}", fs::read_to_string(output).unwrap());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run("pg_ctl", &["-m", "immediate", "stop"]);
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Before its directory goes.
        self.server.take();
    }
}

/// Without PostgreSQL the tests fail: skipped, they would look like passed.
fn tools() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let found =
        versions.map(|version| version.path().join("bin")).filter(|bin| bin.join("initdb").exists()).max();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path =
        || std::env::split_paths(&path).find(|bin: &PathBuf| Path::new(bin).join("initdb").exists());
    found.or_else(on_path).expect("PostgreSQL is not installed; try `apt-get install postgresql`")
}
