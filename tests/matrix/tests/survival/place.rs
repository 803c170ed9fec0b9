//! Where a function can live, and which programs should hold it.

use crate::program::Kind;

/// One column of the table: a function of the fixture, looked for in one program.
pub(crate) struct Place {
    pub(crate) heading: &'static str,
    pub(crate) kind: Kind,
    /// Name of the function.
    pub(crate) function: &'static str,
    /// Whether it should be there.
    expected: bool,
}

/// The columns in the order of the page.
pub(crate) const PLACES: [Place; 14] = [
    column("bin", Kind::Bin, "in_bin", true),
    column("bin, private in a module", Kind::Bin, "in_module", true),
    column("lib", Kind::Bin, "in_lib", true),
    column("lib by way of a lib", Kind::Bin, "in_far_lib", true),
    column("lib with `use lib as _;`", Kind::Bin, "in_anchored_lib", true),
    column("lib that nothing names", Kind::Bin, "in_unnamed_lib", false),
    column("cfg'd out", Kind::Bin, "cfgd_out", false),
    column("cfg'd out, lib", Kind::Bin, "cfgd_out_in_lib", false),
    column("example", Kind::Example, "in_example", true),
    column("example: lib", Kind::Example, "in_lib", true),
    column("example: lib by way of a lib", Kind::Example, "in_far_lib", true),
    column("test", Kind::Test, "in_test", true),
    column("test: lib", Kind::Test, "in_lib", true),
    column("test: lib by way of a lib", Kind::Test, "in_far_lib", true),
];

const fn column(heading: &'static str, kind: Kind, function: &'static str, expected: bool) -> Place {
    Place { heading, kind, function, expected }
}

impl Place {
    /// All names that a program should have, sorted.
    pub(crate) fn expected_in(kind: Kind) -> Vec<&'static str> {
        let mut names: Vec<_> = PLACES
            .iter()
            .filter(|place| place.kind == kind && place.expected)
            .map(|place| place.function)
            .collect();
        names.sort_unstable();
        names
    }
}
