//! Flash.
pub mod manifest;
