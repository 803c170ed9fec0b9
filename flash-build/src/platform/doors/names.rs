//! The names that the platform answers to. A page of a foreign site whose name was pointed at loopback sends that
//! site's name, and is refused by it.

use std::net::{IpAddr, SocketAddr};

use http::header::HOST;
use http::{HeaderMap, StatusCode, Uri};

use super::Refusal;
use crate::platform::ids::EndpointId;

/// Whom a request's host means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The platform itself.
    Here,
    /// An endpoint, by a name of its own: `{id}.localhost`.
    Endpoint(EndpointId),
}

/// The names that the platform answers to.
#[derive(Debug, Clone)]
pub struct Names {
    known: Vec<Known>,
}

#[derive(Debug, Clone)]
struct Known {
    name: String,
    /// Any port when absent: behind a proxy the port is the proxy's.
    port: Option<u16>,
    /// Names can have an endpoint's id before them, numbers can't.
    is_number: bool,
}

impl Names {
    /// The names of a loopback address, and some more.
    #[must_use]
    pub fn new(address: SocketAddr, more: &[String]) -> Self {
        let bracketed = match address.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        let own = ["localhost".to_owned(), "127.0.0.1".to_owned(), "[::1]".to_owned(), bracketed];
        let port = Some(address.port());
        let own = own.into_iter().map(|name| Known { is_number: name != "localhost", name, port });
        let more = more.iter().map(|name| {
            let name = name.to_ascii_lowercase();
            let (name, port) = split(&name);
            let is_number = name.starts_with('[') || name.parse::<IpAddr>().is_ok();
            Known { name: name.to_owned(), port, is_number }
        });
        Self { known: own.chain(more).collect() }
    }

    /// Whom a request means.
    ///
    /// # Errors
    /// No host, several, or a foreign one.
    pub fn place(&self, uri: &Uri, headers: &HeaderMap) -> Result<Place, Refusal> {
        let mut hosts = headers.get_all(HOST).iter();
        let host = match (hosts.next(), hosts.next()) {
            (Some(host), None) => host.to_str().ok(),
            _ => None,
        };
        let Some(host) = host else {
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "exactly one Host header is needed"));
        };
        let place = self.find(host);
        // A request for a whole URL names its host twice; both must mean the same.
        if let Some(authority) = uri.authority()
            && self.find(authority.as_str()) != place
        {
            return Err(Self::foreign(authority.as_str()));
        }
        place.ok_or_else(|| Self::foreign(host))
    }

    fn foreign(host: &str) -> Refusal {
        // Shortened, since it is the client's own text.
        let shown: String = host.chars().take(100).collect();
        Refusal::new(
            StatusCode::MISDIRECTED_REQUEST,
            format!("`{shown}` is no name of this platform; FLASH_PLATFORM_NAMES can add names"),
        )
    }

    fn find(&self, host: &str) -> Option<Place> {
        let host = host.to_ascii_lowercase();
        let (name, port) = split(&host);
        // No port means the protocol's own.
        let port = port.unwrap_or(80);
        self.known.iter().filter(|known| known.port.is_none_or(|known| known == port)).find_map(|known| {
            if known.name == name {
                return Some(Place::Here);
            }
            let id = name.strip_suffix(known.name.as_str())?.strip_suffix('.')?;
            (!known.is_number && is_id(id)).then(|| Place::Endpoint(id.into()))
        })
    }
}

/// Whether a text can be an endpoint's id.
#[must_use]
pub(in crate::platform) fn is_id(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn split(host: &str) -> (&str, Option<u16>) {
    match host.rsplit_once(':') {
        // The colons inside the brackets are the address's own.
        Some((_, port)) if port.contains(']') => (host, None),
        Some((name, port)) => match port.parse() {
            Ok(number) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, Some(number)),
            _ => (host, None),
        },
        None => (host, None),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn place(host: &str) -> Option<Place> {
        let more = ["api.rp.test:8443".to_owned(), "Proxy.Example".to_owned()];
        Names::new("127.0.0.1:8790".parse().unwrap(), &more).find(host)
    }

    #[test]
    fn own_names_are_known_with_the_own_port() {
        for host in [
            "127.0.0.1:8790",
            "localhost:8790",
            "LocalHost:8790",
            "[::1]:8790",
            "api.rp.test:8443",
            "proxy.example",
        ] {
            assert_eq!(place(host), Some(Place::Here), "{host}");
        }
        assert_eq!(place("proxy.example:1234"), Some(Place::Here));
    }

    #[test]
    fn an_endpoint_has_a_name_of_its_own() {
        for host in ["ab12-x.localhost:8790", "AB12-x.localhost:8790", "ab12-x.api.rp.test:8443"] {
            assert_eq!(place(host), Some(Place::Endpoint("ab12-x".into())), "{host}");
        }
    }

    #[test]
    fn everything_else_is_foreign() {
        for host in [
            "",
            "evil.example",
            "evil.example:8790",
            "localhost",
            "localhost:80",
            "localhost:08790x",
            "localhost:+8790",
            "127.0.0.1",
            "127.0.0.1:8791",
            "a.127.0.0.1:8790",
            "a.b.localhost:8790",
            ".localhost:8790",
            "xlocalhost:8790",
            "localhost.evil.example:8790",
            "localhost:8790.evil.example",
            "user@localhost:8790",
            "localhost.:8790",
            "api.rp.test:8790",
            "a_b.localhost:8790",
            "[::1]",
            "[::1]:1",
            "::1",
        ] {
            assert_eq!(place(host), None, "{host}");
        }
    }

    #[test]
    fn hosts_must_be_one_and_agree() {
        let names = Names::new("127.0.0.1:8790".parse().unwrap(), &[]);
        let headers = |hosts: &[&str]| {
            let mut headers = HeaderMap::new();
            for host in hosts {
                headers.append(HOST, host.parse().unwrap());
            }
            headers
        };
        let path = Uri::from_static("/graphql");
        assert!(names.place(&path, &headers(&["localhost:8790"])).is_ok());
        for hosts in [&[][..], &["localhost:8790", "localhost:8790"]] {
            let refusal = names.place(&path, &headers(hosts)).unwrap_err();
            assert_eq!(refusal.status, StatusCode::BAD_REQUEST);
        }
        for (uri, host) in [
            ("http://evil.example/graphql", "localhost:8790"),
            ("http://localhost:8790/graphql", "evil.example"),
            ("http://a.localhost:8790/graphql", "localhost:8790"),
        ] {
            let refusal = names.place(&Uri::from_static(uri), &headers(&[host])).unwrap_err();
            assert_eq!(refusal.status, StatusCode::MISDIRECTED_REQUEST, "{uri}");
        }
    }
}
