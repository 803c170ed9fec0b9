//! Items that are no constants.

use flash::ServerlessResource;

#[flash::resource]
static GPU: ServerlessResource = ServerlessResource::new("gpu");

#[flash::resource]
fn cpu() -> ServerlessResource {
    ServerlessResource::new("cpu")
}

#[flash::resource]
struct Api;

fn main() {
    let _ = (GPU, cpu(), Api);
}
