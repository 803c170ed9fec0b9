//! Nobody could build the instance.

struct Model;

#[flash::remote(resource = "gpu")]
impl Model {
    async fn predict(&self) -> flash::Result<()> {
        Ok(())
    }
}

fn main() {
    let _ = Model::remote().predict();
}
