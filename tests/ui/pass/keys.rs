//! Every key, and every form of it.

#![deny(warnings)]

use flash::{LoadBalancerSlsResource, ResourceName, ServerlessResource};

mod resources {
    #[flash::resource]
    pub const GPU: flash::ServerlessResource = flash::ServerlessResource::new("gpu");
}

#[flash::resource]
const API: LoadBalancerSlsResource = LoadBalancerSlsResource::new("api");
const CPU: ResourceName = ResourceName::new("cpu");
const TEXT: &str = "text";

struct Holder;

impl Holder {
    const RESOURCE: ServerlessResource = ServerlessResource::new("held");
}

#[flash::remote()]
async fn empty() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(
    resource = "endpoint_1",
    method = "POST",
    path = "/users/{id}/{name}",
    name = "users-v2",
    timeout = "30s",
    idempotent,
    crate = ::flash,
)]
async fn all(id: u64, name: &str, body: Vec<u8>) -> flash::Result<usize> {
    Ok(id as usize + name.len() + body.len())
}

#[flash::remote(idempotent = true, timeout = "500 ms")]
async fn yes() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(idempotent = false, timeout = "24h", on_failure = "panic")]
async fn no() {}

#[flash::remote(resource = resources::GPU)]
async fn by_path() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(resource = crate::API, method = "GET", path = "/")]
async fn by_crate_path() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(resource = CPU)]
async fn by_name() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(resource = TEXT)]
async fn by_text() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(resource = Holder::RESOURCE)]
async fn by_associated_constant() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(method = "DELETE", path = "/type/{type}")]
async fn raw_identifier(r#type: u8) -> flash::Result<u8> {
    Ok(r#type)
}

fn main() {
    let resource = |name: &str| flash::registry::find(name).unwrap().resource;
    let found = ["empty", "users-v2", "by_path", "by_crate_path", "by_name", "by_text", "by_associated_constant"]
        .map(resource);
    assert_eq!(found, ["mothership", "endpoint_1", "gpu", "api", "cpu", "text", "held"]);
    let site = flash::registry::find("users-v2").unwrap();
    assert_eq!((site.timeout_ms, site.idempotent, site.arguments), (30_000, true, &["id", "name", "body"][..]));
    assert_eq!(flash::registry::find("no").unwrap().timeout_ms, 86_400_000);
}
