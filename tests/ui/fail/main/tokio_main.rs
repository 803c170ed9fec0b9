//! Two attributes that both start a runtime.

#[flash::main]
#[tokio::main]
async fn main() {}
