//! The attribute on a method instead of its `impl`.

struct Model;

impl Model {
    #[flash::remote]
    async fn predict(&self, text: String) -> flash::Result<usize> {
        Ok(text.len())
    }

    #[flash::remote]
    async fn build(text: String) -> flash::Result<Self> {
        drop(text);
        Ok(Self)
    }
}

fn main() {}
