//! Types of a method that can't travel: one error each.

struct Model;
struct Image;
struct Broken;

#[flash::remote]
impl Model {
    fn new() -> Self {
        Self
    }

    async fn render(&self, image: Image) -> flash::Result<u8> {
        drop(image);
        Ok(1)
    }

    async fn load(&self) -> flash::Result<Image> {
        Ok(Image)
    }

    async fn fail(&self) -> Result<(), Broken> {
        Err(Broken)
    }

    async fn count(&self) -> Vec<u8> {
        Vec::new()
    }
}

fn main() {}
