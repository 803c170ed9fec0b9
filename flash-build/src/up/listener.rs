//! The sockets of `up`. It binds them itself and keeps them, so no port is lost between two processes.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, TcpListener};

use socket2::{Domain, Protocol, Socket, Type};

/// Callers that can wait while a worker is started again.
const BACKLOG: i32 = 1024;

/// How many ports after the usual one are tried.
const ATTEMPTS: u16 = 100;

/// Which port the program answers on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// This one and no other.
    Exactly(u16),
    /// The first free one from here on.
    From(u16),
}

/// Listens where callers will knock.
///
/// # Errors
/// The address isn't this machine's, the port is taken, or none of the tried ones is free.
pub(super) fn bind(host: IpAddr, port: Port) -> io::Result<TcpListener> {
    match port {
        Port::Exactly(port) => listen(SocketAddr::new(host, port)),
        Port::From(first) => {
            let last = first.saturating_add(ATTEMPTS);
            let mut result = Err(ErrorKind::AddrInUse.into());
            for port in first..=last {
                result = listen(SocketAddr::new(host, port));
                match &result {
                    Err(error) if error.kind() == ErrorKind::AddrInUse => {}
                    _ => return result,
                }
            }
            result
        }
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // A port whose last connections still fade away is free.
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const HOST: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn a_taken_port_is_passed_over_unless_it_was_asked_for() {
        let taken = bind(HOST, Port::Exactly(0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert_eq!(bind(HOST, Port::Exactly(port)).unwrap_err().kind(), ErrorKind::AddrInUse);
        if port < u16::MAX - ATTEMPTS {
            let next = bind(HOST, Port::From(port)).unwrap();
            assert!(next.local_addr().unwrap().port() > port);
        }
    }
}
