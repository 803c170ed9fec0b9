//! Choosing the program among the binaries and examples of a workspace.

use cargo_metadata::{Metadata, Package, PackageId, TargetKind};

use super::SDK;
use crate::cli::{Failure, Selection};

/// The program that becomes the endpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Package that holds it.
    pub package_id: PackageId,
    /// Name of that package.
    pub package: String,
    /// Name of the target.
    pub name: String,
    /// Binary or example.
    pub kind: ProgramKind,
}

/// What kind of cargo target a program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgramKind {
    /// `[[bin]]`.
    Binary,
    /// `[[example]]`.
    Example,
}

impl ProgramKind {
    /// Cargo's option for this kind.
    #[must_use]
    pub const fn option(self) -> &'static str {
        match self {
            Self::Binary => "--bin",
            Self::Example => "--example",
        }
    }
}

impl Program {
    /// The program that the options name, or the only one there is.
    ///
    /// # Errors
    /// There is none, or there are several and the error lists them.
    pub fn choose(metadata: &Metadata, selection: &Selection) -> Result<Self, Failure> {
        let (kind, wanted) = match (&selection.bin, &selection.example) {
            (_, Some(example)) => (ProgramKind::Example, Some(example)),
            (bin, None) => (ProgramKind::Binary, bin.as_ref()),
        };
        let packages = packages(metadata, selection)?;
        let all: Vec<Self> = packages.iter().flat_map(|package| programs(package, kind)).collect();
        let named: Vec<&Self> =
            all.iter().filter(|program| wanted.is_none_or(|wanted| *wanted == program.name)).collect();
        if let [program] = named.as_slice() {
            return Ok((*program).clone());
        }
        if named.is_empty() {
            return Err(nothing(&packages, &all, kind, wanted));
        }
        let default: Vec<&&Self> = named.iter().filter(|program| is_default(&packages, program)).collect();
        if let [program] = default.as_slice() {
            return Ok((**program).clone());
        }
        let using: Vec<&&Self> = named.iter().filter(|program| uses_sdk(&packages, program)).collect();
        if let [program] = using.as_slice() {
            return Ok((**program).clone());
        }
        // The others may be chosen, but there is nothing of ours in them.
        let none =
            if using.is_empty() { format!("none of them depends on `{SDK}`; ") } else { String::new() };
        let choices = if using.is_empty() { named.iter().collect() } else { using };
        let first = choices.first().map_or_else(String::new, |program| program.options());
        Err(Failure::new("there are several programs; choose one")
            .why(choices.iter().map(|program| program.options()).collect::<Vec<_>>().join("\n"))
            .help(format!(
                "{none}add for example `{first}`, or set `default-run` in the package's Cargo.toml"
            )))
    }

    /// The options that choose this program: `-p shop --bin shop`.
    #[must_use]
    pub fn options(&self) -> String {
        format!("-p {} {} {}", self.package, self.kind.option(), self.name)
    }
}

/// The packages that may hold the program: the named one, the one around us, or all members.
fn packages<'a>(metadata: &'a Metadata, selection: &Selection) -> Result<Vec<&'a Package>, Failure> {
    let members = metadata.workspace_packages();
    if let Some(wanted) = &selection.package {
        let found: Vec<&Package> = members
            .iter()
            .copied()
            .filter(|package| package.name.as_str() == wanted || package.id.repr == *wanted)
            .collect();
        if found.is_empty() {
            let mut names: Vec<&str> = members.iter().map(|package| package.name.as_str()).collect();
            names.sort_unstable();
            return Err(Failure::new(format!("the workspace has no package `{wanted}`"))
                .why(format!("its packages are: {}", names.join(", ")))
                .help("name one of them with -p"));
        }
        return Ok(found);
    }
    if let Some(package) = metadata.root_package() {
        return Ok(vec![package]);
    }
    if metadata.workspace_default_members.is_available() {
        return Ok(metadata.workspace_default_packages());
    }
    Ok(members)
}

fn programs(package: &Package, kind: ProgramKind) -> impl Iterator<Item = Program> {
    let wanted = match kind {
        ProgramKind::Binary => TargetKind::Bin,
        ProgramKind::Example => TargetKind::Example,
    };
    package.targets.iter().filter(move |target| target.kind.contains(&wanted)).map(move |target| Program {
        package_id: package.id.clone(),
        package: package.name.to_string(),
        name: target.name.clone(),
        kind,
    })
}

fn is_default(packages: &[&Package], program: &Program) -> bool {
    packages.iter().any(|package| {
        package.id == program.package_id && package.default_run.as_deref() == Some(program.name.as_str())
    })
}

fn uses_sdk(packages: &[&Package], program: &Program) -> bool {
    packages.iter().any(|package| {
        package.id == program.package_id
            && package.dependencies.iter().any(|dependency| dependency.name == SDK)
    })
}

fn nothing(packages: &[&Package], all: &[Program], kind: ProgramKind, wanted: Option<&String>) -> Failure {
    let kind = match kind {
        ProgramKind::Binary => "binary",
        ProgramKind::Example => "example",
    };
    let mut names: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    names.sort_unstable();
    let names = names.join(", ");
    if let Some(wanted) = wanted {
        let failure = Failure::new(format!("there is no {kind} `{wanted}`"));
        if all.is_empty() {
            return failure.why(format!("no {kind} was found in: {names}"));
        }
        let known: Vec<String> = all.iter().map(Program::options).collect();
        return failure.why(format!("there are:\n{}", known.join("\n")));
    }
    Failure::new("there is no program to build")
        .why(format!("no {kind} was found in: {names}"))
        .help("add src/main.rs, or choose another package with -p")
}
