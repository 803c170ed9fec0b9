//! Finding a function by its wire name.

use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use super::{Site, sites};
use crate::record::place;

/// Two different functions with one wire name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The name.
    pub name: &'static str,
    /// Where the two are.
    pub places: [String; 2],
}

impl fmt::Display for Duplicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = &self.places;
        write!(
            f,
            "two remote functions are called `{}`: {first} and {second}; give one of them another `name = \"..\"`",
            self.name
        )
    }
}

/// The function with this wire name.
pub fn find(name: &str) -> Option<&'static Site> {
    index().0.get(name).copied()
}

/// Names that more than one function claims.
pub fn duplicates() -> &'static [Duplicate] {
    &index().1
}

fn index() -> &'static (HashMap<&'static str, &'static Site>, Vec<Duplicate>) {
    static INDEX: OnceLock<(HashMap<&'static str, &'static Site>, Vec<Duplicate>)> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut by_name: HashMap<&'static str, &'static Site> = HashMap::new();
        let mut duplicates = Vec::new();
        for site in sites() {
            // One library linked twice, as a cycle of dev-dependencies does, brings equal records.
            if let Some(first) = by_name.insert(site.name, site)
                && first.record != site.record
            {
                duplicates
                    .push(Duplicate { name: site.name, places: [place(first.record), place(site.record)] });
            }
        }
        (by_name, duplicates)
    })
}
