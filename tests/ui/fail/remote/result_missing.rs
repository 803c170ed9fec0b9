//! No return type.

#[flash::remote]
async fn fire(text: String) {
    drop(text);
}

fn main() {}
