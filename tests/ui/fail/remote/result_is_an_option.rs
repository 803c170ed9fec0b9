//! `Option` doesn't say why.

#[flash::remote]
async fn find(name: String) -> Option<u64> {
    name.parse().ok()
}

fn main() {}
