//! A type for every kind of id, so that none is taken for another.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The id as the platform gave it.
            #[must_use]
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    )+};
}

ids! {
    /// An application: a name with environments and builds.
    AppId,
    /// An environment of an app, such as `production`.
    ///
    /// ```
    /// use flash::provider::{EndpointId, EnvironmentId};
    ///
    /// let environment = EnvironmentId::new("env-1");
    /// assert_eq!(environment.to_string(), "env-1");
    /// // An endpoint's id doesn't stand in for an environment's.
    /// let endpoint = EndpointId::new("env-1");
    /// assert_eq!(environment.as_str(), endpoint.as_str());
    /// ```
    EnvironmentId,
    /// An uploaded archive with its manifest.
    BuildId,
    /// A deployed resource: one URL, any number of workers.
    EndpointId,
    /// A process of an endpoint.
    WorkerId,
}
