//! Arguments and parameters.

#[flash::main]
async fn main<T>(args: Vec<String>) {
    drop(args);
}
