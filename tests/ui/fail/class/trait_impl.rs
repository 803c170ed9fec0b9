//! The `impl` of a trait.

struct Model;

#[flash::remote]
impl Default for Model {
    fn default() -> Self {
        Self
    }
}

fn main() {
    let _ = Model::default();
}
