//! One thing that every provider must do.

use std::future::Future;
use std::pin::Pin;

use flash::provider::Provider;

use crate::Fixture;

/// A case under way. It fails by panicking, as tests do.
pub type Outcome<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// One thing that every provider must do.
#[derive(Clone, Copy)]
pub struct Case {
    /// Its name, as the runner and the page have it.
    pub name: &'static str,
    /// What must hold, in a sentence.
    pub what: &'static str,
    /// Does it.
    pub run: for<'a> fn(&'a dyn Provider, &'a Fixture) -> Outcome<'a>,
}

/// Cases, each an `async fn` whose documentation is its sentence.
macro_rules! cases {
    ($(#[doc = $what:literal] async fn $name:ident($provider:ident, $fixture:ident) $body:block)+) => {
        /// The cases of this topic.
        pub(super) const CASES: &[crate::Case] = &[$(crate::Case {
            name: stringify!($name),
            what: $what,
            run: |provider, fixture| Box::pin($name(provider, fixture)),
        }),+];

        $(async fn $name($provider: &dyn flash::provider::Provider, $fixture: &crate::Fixture) $body)+
    };
}

pub(crate) use cases;
