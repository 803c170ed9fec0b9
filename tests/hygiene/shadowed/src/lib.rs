//! A crate that calls its own modules, types and macros as the standard library, serde and the SDK call theirs.
//!
//! serde's derives don't survive all of it, so the types that travel live in a module that shadows nothing.

#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(non_camel_case_types, non_upper_case_globals, dead_code, unused_macros)]

// Textual, so in front of everything.
macro_rules! concat {
    ($($t:tt)*) => {
        not_this_one!()
    };
}
macro_rules! module_path {
    ($($t:tt)*) => {
        not_this_one!()
    };
}
macro_rules! file {
    ($($t:tt)*) => {
        not_this_one!()
    };
}
macro_rules! line {
    ($($t:tt)*) => {
        not_this_one!()
    };
}
macro_rules! env {
    ($($t:tt)*) => {
        not_this_one!()
    };
}
macro_rules! option_env {
    ($($t:tt)*) => {
        not_this_one!()
    };
}
macro_rules! include {
    ($($t:tt)*) => {
        not_this_one!()
    };
}
macro_rules! stringify {
    ($($t:tt)*) => {
        not_this_one!()
    };
}
macro_rules! panic {
    ($($t:tt)*) => {
        not_this_one!()
    };
}
macro_rules! assert {
    ($($t:tt)*) => {
        not_this_one!()
    };
}
macro_rules! matches {
    ($($t:tt)*) => {
        not_this_one!()
    };
}
macro_rules! record {
    ($($t:tt)*) => {
        not_this_one!()
    };
}
macro_rules! register {
    ($($t:tt)*) => {
        not_this_one!()
    };
}

pub mod travelling {
    //! Types that travel.

    /// Documented.
    #[derive(Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize, ::flash::Type)]
    pub struct Job {
        /// Documented.
        pub id: u64,
    }

    /// Documented.
    #[derive(Debug, ::serde::Serialize, ::serde::Deserialize)]
    pub struct Failed(pub ::std::string::String);

    impl ::core::convert::From<::flash::Error> for Failed {
        fn from(error: ::flash::Error) -> Self {
            Self(::std::string::ToString::to_string(&error))
        }
    }

    /// Documented.
    pub type Done<T> = ::core::result::Result<T, Failed>;
}

mod core {}
mod std {}
mod alloc {}
mod serde {}
mod flash {}
mod linkme {}
mod inventory {}
mod tokio {}
mod __private1 {}

/// Shadows.
pub struct Result;
/// Shadows.
pub struct Option;
/// Shadows.
pub struct Box;
/// Shadows.
pub struct Vec;
/// Shadows.
pub struct String;
/// Shadows.
pub struct Arc;
/// Shadows.
pub struct Future;
/// Shadows.
pub struct Pin;
/// Shadows.
pub struct Error;
/// Shadows.
pub struct AtomicU32;
/// Shadows.
pub struct Site;
/// Shadows.
pub struct Reply;
/// Shadows.
pub struct Name;
/// Shadows.
pub struct Probe;
/// Shadows.
pub struct Type;
/// Shadows.
pub struct str;
/// Shadows.
pub struct u8;
/// Shadows.
pub struct u32;
/// Shadows.
pub struct u64;
/// Shadows.
pub struct usize;
/// Shadows.
pub struct bool;
/// Shadows.
#[allow(non_snake_case)]
pub fn Ok() {}
/// Shadows.
#[allow(non_snake_case)]
pub fn Err() {}
/// Shadows.
#[allow(non_snake_case)]
pub fn Some() {}
/// Shadows.
pub const None: () = ();
/// Shadows.
pub fn drop() {}
/// Shadows.
pub trait Send {}
/// Shadows.
pub trait Sync {}
/// Shadows.
pub trait Clone {}
/// Shadows.
pub trait Copy {}
/// Shadows.
pub trait Debug {}
/// Shadows.
pub trait Default {}
/// Shadows.
pub trait From {}
/// Shadows.
pub trait Into {}
/// Shadows.
pub trait Fn {}
/// Shadows.
pub trait Sized {}
/// Shadows.
pub trait Unknown {}
/// Shadows.
pub trait Serialize {}
/// Shadows.
pub trait Deserialize {}

/// Documented.
#[::flash::resource]
pub const GPU: ::flash::ServerlessResource = ::flash::ServerlessResource::new("shadowed");

/// Documented.
#[::flash::remote(resource = GPU, method = "POST", path = "/shadowed/{id}")]
pub async fn shadowed_async(
    id: ::core::primitive::u64,
    text: &::core::primitive::str,
    list: &[travelling::Job],
    (a, mut b): (::core::primitive::u64, ::core::primitive::u64),
) -> ::flash::Result<travelling::Job> {
    b += a + list.len() as ::core::primitive::u64 + text.len() as ::core::primitive::u64;
    ::core::result::Result::Ok(travelling::Job { id: id + b })
}

/// Documented.
#[::flash::remote(resource = GPU)]
pub fn shadowed_sync(job: travelling::Job) -> travelling::Done<::core::primitive::u64> {
    ::core::result::Result::Ok(job.id)
}

/// Documented.
#[::flash::remote(on_failure = "panic")]
pub async fn shadowed_plain(job: &travelling::Job) -> ::core::primitive::u64 {
    job.id
}

/// Documented.
pub struct Shadowed;

#[::flash::remote(resource = GPU)]
impl Shadowed {
    async fn new() -> ::flash::Result<Self> {
        ::core::result::Result::Ok(Self)
    }

    /// Documented.
    pub async fn call(&self, n: ::core::primitive::u64) -> ::flash::Result<::core::primitive::u64> {
        ::core::result::Result::Ok(n)
    }

    /// Documented.
    pub fn call_sync(&self, n: ::core::primitive::u64) -> ::flash::Result<::core::primitive::u64> {
        ::core::result::Result::Ok(n)
    }
}

/// Documented.
#[derive(::flash::Type)]
pub enum Kind<T, const N: ::core::primitive::usize> {
    /// Documented.
    One(T),
    /// Documented.
    Many([T; N]),
}
