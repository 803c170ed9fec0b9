//! Where a platform keeps its rows: in a file of its own, or in a PostgreSQL server of its own.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    /// Those that are to be tested with: both, or the one that `FLASH_SUITE_DATABASE` names.
    pub(crate) fn wanted() -> Vec<Self> {
        let named = std::env::var("FLASH_SUITE_DATABASE").unwrap_or_default();
        let all = [Self::Sqlite, Self::Postgres];
        let found: Vec<Self> =
            all.into_iter().filter(|kind| named.is_empty() || kind.name() == named).collect();
        assert!(!found.is_empty(), "FLASH_SUITE_DATABASE is `{named}`, expected sqlite or postgres");
        found
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// A PostgreSQL server behind a socket in a directory, that ends with this.
pub(crate) struct Server {
    directory: TempDir,
    tools: PathBuf,
    /// The server refuses to run as root.
    as_postgres: bool,
}

impl Server {
    pub(crate) fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let as_postgres = fs::metadata(directory.path()).unwrap().uid() == 0;
        if as_postgres {
            let done = Command::new("chown").arg("postgres").arg(directory.path()).status().unwrap();
            assert!(done.success(), "there is no user `postgres`; install PostgreSQL");
        }
        let server = Self { directory, tools: tools(), as_postgres };
        server.run("initdb", &["-A", "trust", "-U", "postgres", "--no-sync", "--no-locale", "-E", "UTF8"]);
        let place = server.directory.path().display();
        let options = format!("-c listen_addresses= -c unix_socket_directories={place} -c fsync=off");
        server.run("pg_ctl", &["-w", "-l", &format!("{place}/log"), "-o", &options, "start"]);
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@localhost/postgres?host={}", self.directory.path().display())
    }

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
        let output = self.directory.path().join("output");
        let file = fs::File::create(&output).unwrap();
        let status = command
            .arg("-D")
            .arg(self.directory.path().join("data"))
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

/// Without PostgreSQL the test fails: skipped, it would look like passed.
fn tools() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let found =
        versions.map(|version| version.path().join("bin")).filter(|bin| bin.join("initdb").exists()).max();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path =
        || std::env::split_paths(&path).find(|bin: &PathBuf| Path::new(bin).join("initdb").exists());
    found.or_else(on_path).expect("PostgreSQL is not installed; try `apt-get install postgresql`")
}
