//! Whether the program depends on the SDK, and the line that makes it.

use super::{Project, SDK};
use crate::template::Sdk;

impl Project {
    /// What is missing when the program's package doesn't depend on the SDK, with the line that adds it.
    #[must_use]
    pub fn missing_sdk(&self) -> Option<String> {
        let package = self.package();
        if package.dependencies.iter().any(|dependency| dependency.name == SDK) {
            return None;
        }
        let several = self.metadata.workspace_members.len() > 1;
        let line = Sdk::of_this_command().add_line(several.then_some(package.name.as_str()));
        Some(format!("the package `{}` doesn't depend on `{SDK}`: run `{line}`", package.name))
    }
}
