//! From the compiler's file names to places that mean the same everywhere.

use std::collections::BTreeMap;

use cargo_metadata::Metadata;
use cargo_metadata::camino::{Utf8Path, Utf8PathBuf};

use crate::record::Origin;
use crate::source::Place;

/// Where the packages of a build lie.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    workspace: Utf8PathBuf,
    packages: BTreeMap<(String, String), Utf8PathBuf>,
}

/// A source place, for the manifest and for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Located {
    /// Relative to the package, with forward slashes.
    pub in_package: String,
    /// Relative to the workspace when inside.
    pub place: Place,
}

impl Layout {
    /// The packages of a workspace and its dependencies.
    #[must_use]
    pub fn of(metadata: &Metadata) -> Self {
        let packages = metadata.packages.iter().filter_map(|package| {
            let directory = package.manifest_path.parent()?.to_owned();
            Some(((package.name.to_string(), package.version.to_string()), directory))
        });
        Self { workspace: metadata.workspace_root.clone(), packages: packages.collect() }
    }

    /// Packages at known directories.
    #[must_use]
    pub fn new(
        workspace: &Utf8Path,
        packages: impl IntoIterator<Item = (String, String, Utf8PathBuf)>,
    ) -> Self {
        let packages = packages.into_iter().map(|(name, version, directory)| ((name, version), directory));
        Self { workspace: workspace.to_owned(), packages: packages.collect() }
    }

    /// Finds the place of a record. The compiler names files of members relative to the workspace, all others by their
    /// absolute path, and any of them otherwise when paths are remapped.
    #[must_use]
    pub fn locate(&self, origin: &Origin, line: u32) -> Located {
        let file = origin.file.replace('\\', "/");
        let package = self.packages.get(&(origin.package.clone(), origin.version.clone()));
        let in_package = package
            .and_then(|directory| self.below(&file, directory))
            .unwrap_or_else(|| inner_part(&file, &origin.package, &origin.version));
        let shown = match package {
            Some(directory) => {
                let directory = slashes(directory.strip_prefix(&self.workspace).unwrap_or(directory));
                if directory.is_empty() { in_package.clone() } else { format!("{directory}/{in_package}") }
            }
            None => file,
        };
        Located { in_package, place: Place { file: shown, line } }
    }

    fn below(&self, file: &str, directory: &Utf8Path) -> Option<String> {
        let whole = slashes(&self.workspace.join(file));
        let directory = slashes(directory);
        Some(whole.strip_prefix(&directory)?.strip_prefix('/')?.to_owned())
    }
}

fn slashes(path: &Utf8Path) -> String {
    path.as_str().replace('\\', "/")
}

/// For remapped paths: what follows the package's directory as a registry names it, or else begins with `src`.
fn inner_part(file: &str, package: &str, version: &str) -> String {
    let unpacked = format!("/{package}-{version}/");
    if let Some((_, inner)) = file.rsplit_once(&unpacked) {
        return inner.to_owned();
    }
    if let Some((_, inner)) = file.rsplit_once("/src/") {
        return format!("src/{inner}");
    }
    match file.strip_prefix('/') {
        // Whatever it is, it must not be absolute.
        Some(_) => file.rsplit('/').next().unwrap_or_default().to_owned(),
        None => file.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locate(file: &str) -> (String, String) {
        let layout = Layout::new(
            "/home/me/shop".into(),
            [
                ("shop".into(), "1.0.0".into(), "/home/me/shop".into()),
                ("api".into(), "1.0.0".into(), "/home/me/shop/api".into()),
                ("ext".into(), "2.1.0".into(), "/home/me/.cargo/registry/src/x/ext-2.1.0".into()),
            ],
        );
        let package = ["api", "ext"].into_iter().find(|name| file.contains(name)).unwrap_or("shop");
        let version = if package == "ext" { "2.1.0" } else { "1.0.0" };
        let origin = Origin {
            module: String::new(),
            file: file.into(),
            package: package.into(),
            version: version.into(),
        };
        let located = layout.locate(&origin, 1);
        (located.in_package, located.place.file)
    }

    #[test]
    fn members_dependencies_and_remapped_files() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(locate("src/main.rs"), pair("src/main.rs", "src/main.rs"));
        assert_eq!(locate("api/src/lib.rs"), pair("src/lib.rs", "api/src/lib.rs"));
        assert_eq!(locate("api\\src\\lib.rs"), pair("src/lib.rs", "api/src/lib.rs"));
        let registry = "/home/me/.cargo/registry/src/x/ext-2.1.0";
        assert_eq!(
            locate(&format!("{registry}/src/a/b.rs")),
            pair("src/a/b.rs", &format!("{registry}/src/a/b.rs"))
        );
        assert_eq!(locate("/remapped/ext-2.1.0/src/a.rs").0, "src/a.rs");
        assert_eq!(locate("/remapped/api/src/a.rs"), pair("src/a.rs", "api/src/a.rs"));
        assert_eq!(locate("/odd/place.rs").0, "place.rs");
    }
}
