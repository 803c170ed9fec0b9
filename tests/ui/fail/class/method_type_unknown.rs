//! The user's own mistakes are reported once.

struct Model;

#[flash::remote]
impl Model {
    fn new() -> Self {
        Self
    }

    async fn render(&self, job: Jub) -> flash::Result<Imoge> {
        Ok(job)
    }
}

fn main() {}
