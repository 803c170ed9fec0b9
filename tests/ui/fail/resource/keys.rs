//! Keys.

#[flash::resource(name = "gpu")]
const GPU: flash::ServerlessResource = flash::ServerlessResource::new("gpu");

fn main() {
    let _ = GPU;
}
