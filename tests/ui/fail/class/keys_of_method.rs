//! Mistakes in a method's keys.

struct Model;

#[flash::remote]
impl Model {
    fn new() -> Self {
        Self
    }

    #[flash]
    async fn bare(&self) -> flash::Result<()> {
        Ok(())
    }

    #[flash = "POST"]
    async fn value(&self) -> flash::Result<()> {
        Ok(())
    }

    #[flash(method = "POST", path = "/{id}")]
    #[flash(method = "GET")]
    async fn twice(&self) -> flash::Result<()> {
        Ok(())
    }

    #[cfg_attr(all(), flash(timeout = "1s"))]
    async fn conditional(&self) -> flash::Result<()> {
        Ok(())
    }
}

fn main() {}
