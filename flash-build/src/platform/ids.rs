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
            /// The id as it stands in requests and rows.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
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
    EnvironmentId,
    /// An uploaded archive with its manifest.
    BuildId,
    /// A deployed resource: one URL, any number of workers.
    EndpointId,
    /// Image, start command and variables of an endpoint.
    TemplateId,
    /// A process of an endpoint.
    WorkerId,
    /// An account, the owner of apps and endpoints.
    UserId,
}
