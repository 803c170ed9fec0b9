//! Declarations.

#![deny(warnings)]

use std::time::Duration;

use flash::{CpuInstance, DataCenter, Gpu, LoadBalancerSlsResource, ServerlessResource};

#[flash::resource]
pub const MODELS: ServerlessResource = ServerlessResource::new("models")
    .gpus(&[Gpu::Ada24])
    .workers(0, 3)
    .idle_timeout(Duration::from_secs(60))
    .env(&[("MODE", "fast")])
    .secrets(&["TOKEN"]);

/// Documented.
#[flash::resource()]
#[allow(unused)]
const API: LoadBalancerSlsResource = {
    const CPUS: &[CpuInstance] = &[CpuInstance::Cpu3g1x4];
    LoadBalancerSlsResource::new("api").cpus(CPUS).public()
};

#[flash::resource]
#[cfg(any())]
const ABSENT: Missing = Missing;

#[cfg(all())]
#[flash::resource(crate = flash)]
pub(crate) const PRESENT: flash::ServerlessResource =
    flash::ServerlessResource::new("0-present_1").data_centers(&[DataCenter::EuRo1]);

mod inner {
    #[flash::resource]
    pub(super) const INNER: super::ServerlessResource = super::ServerlessResource::new("inner");
}

fn in_a_function() -> &'static str {
    #[flash::resource]
    const LOCAL: flash::ServerlessResource = flash::ServerlessResource::new("local");
    LOCAL.name()
}

fn main() {
    assert_eq!(MODELS.name(), "models");
    assert_eq!(PRESENT.name(), "0-present_1");
    assert_eq!(inner::INNER.name(), "inner");
    assert_eq!(in_a_function(), "local");
}
