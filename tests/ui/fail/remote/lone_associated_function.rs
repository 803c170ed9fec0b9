//! A function of an `impl` that doesn't look like one: only the compiler can see it.

struct Model;

impl Model {
    #[flash::remote]
    async fn build(text: String) -> flash::Result<usize> {
        Ok(text.len())
    }
}

fn main() {
    let _ = Model::build(String::new());
}
