//! What cargo tells a build script through its environment.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::PathBuf;

use cargo_platform::{Cfg, Ident};

use super::failure::Failure;

#[derive(Debug, Clone)]
pub(super) struct Environment {
    pub(super) cargo: OsString,
    pub(super) manifest_dir: PathBuf,
    pub(super) out_dir: PathBuf,
    pub(super) target: String,
    pub(super) profile: String,
    pub(super) package: String,
    pub(super) version: String,
    cargo_home: Option<PathBuf>,
    /// Features as cargo spells them in variables: upper case, with `_`.
    features: HashSet<String>,
    /// What `cfg` holds for the target.
    pub(super) cfgs: Vec<Cfg>,
}

impl Environment {
    pub(super) fn read() -> Result<Self, Failure> {
        Self::of(|name| std::env::var_os(name), std::env::vars_os())
    }

    pub(super) fn of(
        get: impl Fn(&str) -> Option<OsString>,
        all: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Failure> {
        let path = |name: &str| get(name).filter(|value| !value.is_empty());
        let missing = |name: &str| {
            Failure::new(format!(
                "`flash_build::build()` belongs in a build.rs: cargo sets `{name}` there, and it is not set"
            ))
        };
        let required = |name: &str| path(name).ok_or_else(|| missing(name));
        let text = |name: &str| required(name).map(|value| value.to_string_lossy().into_owned());
        let mut features = HashSet::new();
        let mut cfgs = Vec::new();
        for (name, value) in all {
            let (Some(name), Some(value)) = (name.to_str(), value.to_str()) else { continue };
            if let Some(feature) = name.strip_prefix("CARGO_FEATURE_") {
                features.insert(feature.to_owned());
            } else if let Some(key) = name.strip_prefix("CARGO_CFG_") {
                let key = Ident { name: key.to_ascii_lowercase(), raw: false };
                if value.is_empty() {
                    cfgs.push(Cfg::Name(key));
                } else {
                    cfgs.extend(value.split(',').map(|one| Cfg::KeyPair(key.clone(), one.to_owned())));
                }
            }
        }
        Ok(Self {
            cargo: get("CARGO").unwrap_or_else(|| "cargo".into()),
            manifest_dir: required("CARGO_MANIFEST_DIR")?.into(),
            out_dir: required("OUT_DIR")?.into(),
            target: text("TARGET")?,
            profile: text("PROFILE")?,
            package: text("CARGO_PKG_NAME")?,
            version: text("CARGO_PKG_VERSION")?,
            cargo_home: path("CARGO_HOME")
                .map(PathBuf::from)
                .or_else(|| Some(std::env::home_dir()?.join(".cargo"))),
            features,
            cfgs,
        })
    }

    /// Where cargo may have unpacked a registry's package.
    pub(super) fn registry_copies(&self, package: &str, versions: &[String]) -> Vec<PathBuf> {
        let Some(home) = &self.cargo_home else { return Vec::new() };
        let registries = std::fs::read_dir(home.join("registry").join("src")).into_iter().flatten().flatten();
        let copies = registries.flat_map(|registry| {
            versions.iter().map(move |version| registry.path().join(format!("{package}-{version}")))
        });
        copies.filter(|copy| copy.is_dir()).collect()
    }

    pub(super) fn has_feature(&self, name: &str) -> bool {
        self.features.contains(&name.to_ascii_uppercase().replace('-', "_"))
    }
}
