//! Mistakes of several methods, together.

struct Model;

#[flash::remote(resource = "gpu", timeout = "1s")]
impl Model {
    fn new(path: String) -> Self {
        drop(path);
        Self
    }

    async fn learn(&mut self, text: String) -> flash::Result<usize> {
        Ok(text.len())
    }

    #[flash(methud = "POST")]
    async fn predict(&self, list: &mut Vec<u8>) -> u64 {
        list.len() as u64
    }
}

fn main() {
    // What the attribute adds is there all the same.
    let _ = Model::remote();
}
