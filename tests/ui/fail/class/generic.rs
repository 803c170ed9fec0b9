//! A class has one name.

struct Model<T>(T);

#[flash::remote]
impl<T: Send> Model<T>
where
    T: Sync,
{
    fn new() -> Self {
        todo!()
    }

    async fn predict(&self) -> flash::Result<()> {
        Ok(())
    }
}

fn main() {}
