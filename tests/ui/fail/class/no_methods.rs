//! Nothing to call.

struct Model;

#[flash::remote]
impl Model {
    fn new() -> Self {
        Self
    }
}

fn main() {}
