//! Names that can't be part of a host name.

#[flash::remote(resource = "")]
async fn empty() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(resource = "Endpoint 1")]
async fn capitals() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(resource = "_api")]
async fn start() -> flash::Result<()> {
    Ok(())
}

#[flash::remote(resource = "a23456789-a23456789-a23456789-a23456789-a23456789-a23456789-1234")]
async fn long() -> flash::Result<()> {
    Ok(())
}

fn main() {}
