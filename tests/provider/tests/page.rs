//! The page lists the cases that there are.

#[test]
fn page_lists_the_cases() {
    flash_provider_suite::compare();
}

#[test]
fn names_are_told_apart() {
    let mut names: Vec<&str> = flash_provider_suite::all().iter().map(|case| case.name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}
