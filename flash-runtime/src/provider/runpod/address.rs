//! Where the platform is: five base URLs, each with a variable that redirects it.

use reqwest::Url;

use crate::provider::ProviderError;

/// The platform's base URLs. A variable that is empty counts as unset.
///
/// | variable | default | for |
/// |---|---|---|
/// | `RUNPOD_API_BASE_URL` | `https://api.runpod.io` | GraphQL |
/// | `RUNPOD_ENDPOINT_BASE_URL` | `https://api.runpod.ai/v2` | queue-based calls; its host is in load-balanced URLs, too |
/// | `RUNPOD_REST_API_URL` | `https://rest.runpod.io/v1` | network volumes |
/// | `RUNPOD_HAPI_URL` | `https://hapi.runpod.net` | logs of workers |
/// | `RUNPOD_CONSOLE_URL`, else `CONSOLE_BASE_URL` | `https://console.runpod.io` | pages for people |
///
/// ```
/// use flash::provider::runpod::Addresses;
///
/// let addresses = Addresses::read(|name| {
///     (name == "RUNPOD_API_BASE_URL").then(|| "http://127.0.0.1:8099/".to_owned())
/// })?;
/// assert_eq!(addresses.graphql().as_str(), "http://127.0.0.1:8099/graphql");
/// assert_eq!(addresses.rest().as_str(), "https://rest.runpod.io/v1");
/// assert!(addresses.is_mixed());
/// # Ok::<(), flash::provider::ProviderError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    api: Url,
    endpoints: Url,
    rest: Url,
    hapi: Url,
    console: Url,
    redirected: usize,
}

impl Addresses {
    /// Addresses by these variables.
    ///
    /// # Errors
    /// [`ProviderError::Invalid`] with the variable whose value is no URL.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ProviderError> {
        let mut redirected = 0;
        let mut address = |names: &[&str], default: &str| {
            let set = names.iter().find_map(|name| {
                variable(name)
                    .map(|value| value.trim().to_owned())
                    .filter(|value| !value.is_empty())
                    .map(|v| (*name, v))
            });
            let Some((name, value)) = set else { return base(names[0], default) };
            redirected += 1;
            base(name, &value)
        };
        let api = address(&["RUNPOD_API_BASE_URL"], "https://api.runpod.io")?;
        let endpoints = address(&["RUNPOD_ENDPOINT_BASE_URL"], "https://api.runpod.ai/v2")?;
        let rest = address(&["RUNPOD_REST_API_URL"], "https://rest.runpod.io/v1")?;
        let hapi = address(&["RUNPOD_HAPI_URL"], "https://hapi.runpod.net")?;
        let console = address(&["RUNPOD_CONSOLE_URL", "CONSOLE_BASE_URL"], "https://console.runpod.io")?;
        Ok(Self { api, endpoints, rest, hapi, console, redirected })
    }

    /// Everything at one platform on this address, `http://127.0.0.1:8099`: how the local platform is laid out.
    ///
    /// # Errors
    /// [`ProviderError::Invalid`] when it is no URL.
    pub fn at(platform: &str) -> Result<Self, ProviderError> {
        let root = platform.trim_end_matches('/');
        let at = |path: &str| base("platform", &format!("{root}{path}"));
        Ok(Self {
            api: at("")?,
            endpoints: at("/v2")?,
            rest: at("/rest")?,
            hapi: at("/hapi")?,
            console: at("/console")?,
            redirected: 5,
        })
    }

    /// Whether some addresses are redirected and others are not, which is a mistake more often than not.
    #[must_use]
    pub fn is_mixed(&self) -> bool {
        (1..5).contains(&self.redirected)
    }

    /// Where GraphQL documents go.
    #[must_use]
    pub fn graphql(&self) -> Url {
        below(&self.api, &["graphql"])
    }

    /// Where network volumes are managed.
    #[must_use]
    pub fn rest(&self) -> &Url {
        &self.rest
    }

    /// The page that starts a login.
    #[must_use]
    pub fn login_page(&self, request: &str) -> Url {
        let mut page = below(&self.console, &["flash", "login"]);
        page.query_pairs_mut().append_pair("request", request);
        page
    }

    /// A path of an endpoint's queue API.
    pub(super) fn queue(&self, endpoint: &str, path: &[&str]) -> Url {
        below(&below(&self.endpoints, &[endpoint]), path)
    }

    /// A load-balanced endpoint's own host, in the cloud's form: always https, the id before the host of the queue API.
    pub(super) fn load_balanced(&self, endpoint: &str) -> String {
        let host = self.endpoints.host_str().unwrap_or_default();
        let port = self.endpoints.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("https://{endpoint}.{host}{port}")
    }

    /// What the local platform tells of everything at once.
    pub(super) fn overview(&self) -> Url {
        below(&self.api, &["platform", "status"])
    }

    /// The lines of a worker.
    pub(super) fn logs(&self, worker: &str) -> Url {
        below(&self.hapi, &["v1", "pod", worker, "logs"])
    }
}

fn base(name: &str, value: &str) -> Result<Url, ProviderError> {
    let wrong = |reason: &str| {
        // What stands before an `@` may be a password.
        let shown = value.rsplit('@').next().unwrap_or_default().escape_debug();
        Err(ProviderError::invalid(name, format!("is `{shown}`, {reason}")))
    };
    match Url::parse(value) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") => wrong("expected http:// or https://"),
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            wrong("expected a URL without a user")
        }
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            wrong("expected a URL without a query")
        }
        Ok(url) => Ok(url),
        Err(error) => wrong(&format!("which is no URL: {error}")),
    }
}

/// The URL with these further parts of its path.
fn below(base: &Url, parts: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(parts);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Addresses, ProviderError> {
        Addresses::read(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn defaults_are_the_clouds() {
        for none in [&[][..], &[("RUNPOD_API_BASE_URL", ""), ("RUNPOD_HAPI_URL", "  ")]] {
            let addresses = read(none).unwrap();
            assert_eq!(addresses.graphql().as_str(), "https://api.runpod.io/graphql");
            assert_eq!(addresses.queue("ep", &["health"]).as_str(), "https://api.runpod.ai/v2/ep/health");
            assert_eq!(addresses.load_balanced("ep"), "https://ep.api.runpod.ai");
            assert_eq!(addresses.rest().as_str(), "https://rest.runpod.io/v1");
            assert_eq!(addresses.logs("w").as_str(), "https://hapi.runpod.net/v1/pod/w/logs");
            assert_eq!(
                addresses.login_page("r&1").as_str(),
                "https://console.runpod.io/flash/login?request=r%261"
            );
            assert!(!addresses.is_mixed());
        }
    }

    #[test]
    fn every_variable_redirects_its_own() {
        let all = [
            ("RUNPOD_API_BASE_URL", "http://a:1"),
            ("RUNPOD_ENDPOINT_BASE_URL", "http://b:2/v2/"),
            ("RUNPOD_REST_API_URL", "http://c:3/rest"),
            ("RUNPOD_HAPI_URL", "http://d:4/hapi"),
            ("CONSOLE_BASE_URL", "http://old:5"),
        ];
        let addresses = read(&all).unwrap();
        assert_eq!(addresses.graphql().as_str(), "http://a:1/graphql");
        assert_eq!(addresses.queue("ep", &["run"]).as_str(), "http://b:2/v2/ep/run");
        assert_eq!(addresses.load_balanced("ep"), "https://ep.b:2");
        assert_eq!(addresses.rest().as_str(), "http://c:3/rest");
        assert_eq!(addresses.logs("../w").as_str(), "http://d:4/hapi/v1/pod/..%2Fw/logs");
        assert_eq!(addresses.login_page("r").host_str(), Some("old"));
        assert!(!addresses.is_mixed());
        let newer = [("CONSOLE_BASE_URL", "http://old"), ("RUNPOD_CONSOLE_URL", "http://new/console")];
        assert_eq!(
            read(&newer).unwrap().login_page("r").as_str(),
            "http://new/console/flash/login?request=r"
        );
    }

    #[test]
    fn what_is_no_url_is_named() {
        for bad in ["localhost:8099", "ftp://x", "//x", "http://", "http://me:hunter2@x", "http://x?y"] {
            let error = read(&[("RUNPOD_REST_API_URL", bad)]).unwrap_err().to_string();
            assert!(error.contains("RUNPOD_REST_API_URL") && !error.contains("hunter2"), "{error}");
        }
    }
}
