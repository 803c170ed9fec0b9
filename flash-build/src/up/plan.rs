//! Which processes there are, on which sockets, with which environment.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use flash::manifest::Manifest;

use super::child::Launch;
use super::listener::{Port, bind};
use super::probe::reachable;

/// The resource of functions that name none; it lives in the front door.
const MOTHERSHIP: &str = "mothership";

/// What the front door is called where `up` names its processes.
const FRONT_DOOR: &str = "front door";

/// What the one process is called.
const WHOLE_APP: &str = "app";

/// One process per app, or one per endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Everything in one process.
    Whole,
    /// One process per resource, and the front door.
    Split,
}

impl Mode {
    /// The name of the process that callers reach.
    #[must_use]
    pub fn door(self) -> &'static str {
        match self {
            Self::Whole => WHOLE_APP,
            Self::Split => FRONT_DOOR,
        }
    }

    /// The name in `.flash/up.json`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "one process",
            Self::Split => "processes",
        }
    }
}

/// The listening sockets of a session: the door, and one per resource that runs apart.
#[derive(Debug)]
pub struct Sockets {
    door: Arc<TcpListener>,
    door_address: SocketAddr,
    resources: BTreeMap<String, (Arc<TcpListener>, SocketAddr)>,
}

/// What a process has in common with all others of the session.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The program.
    pub program: &'a Path,
    /// Its working directory.
    pub directory: &'a Path,
    /// The manifest, as [`Sockets::manifest`] made it.
    pub manifest: &'a Path,
    /// The key.
    pub key: &'a str,
    /// How long a process may finish its calls.
    pub drain: std::time::Duration,
}

impl Sockets {
    /// Takes the door's port.
    ///
    /// # Errors
    /// The port or the address can't be had.
    pub fn open(host: IpAddr, port: Port) -> io::Result<Self> {
        let door = bind(host, port)?;
        let door_address = door.local_addr()?;
        Ok(Self { door: Arc::new(door), door_address, resources: BTreeMap::new() })
    }

    /// Takes a free port of this machine for each resource that has none yet, and lets go of the others.
    ///
    /// # Errors
    /// There is no port left.
    pub fn fit(&mut self, manifest: &Manifest, mode: Mode) -> io::Result<()> {
        self.resources.retain(|name, _| mode == Mode::Split && manifest.resources.contains_key(name));
        if mode == Mode::Whole {
            return Ok(());
        }
        for name in manifest.resources.keys().filter(|name| *name != MOTHERSHIP) {
            if !self.resources.contains_key(name) {
                let socket = bind(IpAddr::V4(Ipv4Addr::LOCALHOST), Port::Exactly(0))?;
                let address = socket.local_addr()?;
                self.resources.insert(name.clone(), (Arc::new(socket), address));
            }
        }
        Ok(())
    }

    /// Where the door listens.
    #[must_use]
    pub fn door(&self) -> SocketAddr {
        self.door_address
    }

    /// Where callers reach the program.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", reachable(self.door_address))
    }

    /// The manifest with the addresses of the processes.
    #[must_use]
    pub fn manifest(&self, built: &Manifest) -> Manifest {
        let mut manifest = built.clone();
        for (name, resource) in &mut manifest.resources {
            resource.endpoint_url = match self.resources.get(name) {
                Some((_, address)) => Some(format!("http://{address}")),
                None => Some(self.url()),
            };
        }
        manifest
    }

    /// The processes by name; the front door is the last to start and the first to stop.
    #[must_use]
    pub fn launches(&self, mode: Mode, setting: Setting<'_>) -> Vec<(String, Launch)> {
        let mut launches: Vec<_> = self
            .resources
            .iter()
            .map(|(name, (socket, address))| {
                (name.clone(), setting.launch("FLASH_RESOURCE_NAME", name, socket, *address))
            })
            .collect();
        launches.push(match mode {
            Mode::Whole => {
                (WHOLE_APP.to_owned(), setting.launch("FLASH_SERVE", "all", &self.door, self.door_address))
            }
            Mode::Split => (
                FRONT_DOOR.to_owned(),
                setting.launch("FLASH_IS_MOTHERSHIP", "true", &self.door, self.door_address),
            ),
        });
        launches
    }
}

impl Setting<'_> {
    fn launch(&self, role: &str, value: &str, listener: &Arc<TcpListener>, address: SocketAddr) -> Launch {
        let variables = [
            (role, value.to_owned()),
            ("FLASH_MANIFEST_PATH", self.manifest.display().to_string()),
            ("FLASH_API_KEY", self.key.to_owned()),
            ("FLASH_DRAIN_TIMEOUT_MS", self.drain.as_millis().to_string()),
        ];
        Launch {
            program: self.program.to_path_buf(),
            directory: self.directory.to_path_buf(),
            variables: variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            address,
            listener: Arc::clone(listener),
        }
    }
}
