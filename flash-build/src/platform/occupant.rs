//! Who has a port that can't be had. Linux tells, for processes of the same user.

use std::fs;
use std::net::SocketAddr;

/// A process that listens on a port, as `process 42 (nginx)`.
pub(super) fn occupant(address: SocketAddr) -> Option<String> {
    let sockets = sockets(address.port());
    let processes = fs::read_dir("/proc").ok()?;
    processes.filter_map(Result::ok).find_map(|process| {
        let pid: u32 = process.file_name().to_str()?.parse().ok()?;
        let mut files = fs::read_dir(process.path().join("fd")).ok()?.filter_map(Result::ok);
        let is_one = |target: &str| sockets.iter().any(|socket| socket == target);
        files.find(|file| {
            fs::read_link(file.path()).is_ok_and(|target| target.to_str().is_some_and(is_one))
        })?;
        let name = fs::read_to_string(process.path().join("comm")).unwrap_or_default();
        Some(format!("process {pid} ({})", name.trim()))
    })
}

/// The listening sockets of a port, as links in `/proc/*/fd` name them.
fn sockets(port: u16) -> Vec<String> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| fs::read_to_string(path).unwrap_or_default());
    let lines = tables.iter().flat_map(|table| table.lines().skip(1));
    lines
        .filter_map(|line| {
            let columns: Vec<&str> = line.split_whitespace().collect();
            let local = columns.get(1)?.rsplit_once(':')?.1;
            // 0A is the state of a socket that listens.
            let listens = columns.get(3) == Some(&"0A") && u16::from_str_radix(local, 16) == Ok(port);
            listens.then(|| format!("socket:[{}]", columns.get(9).copied().unwrap_or_default()))
        })
        .collect()
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn this_process_is_found_by_its_port() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let found = occupant(address).unwrap();
        assert!(found.starts_with(&format!("process {} (", std::process::id())), "{found}");
        drop(listener);
        assert_eq!(occupant(address), None);
    }
}
