//! A result that `main` can't have is the compiler's own error.

#[flash::main]
async fn main() -> u64 {
    1
}
