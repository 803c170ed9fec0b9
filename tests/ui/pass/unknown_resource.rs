//! A name that nobody declared compiles: a resource needs no declaration. A misspelt constant doesn't.

#[flash::remote(resource = "nobody-declared-this")]
async fn render() -> flash::Result<()> {
    Ok(())
}

fn main() {
    assert_eq!(flash::registry::find("render").unwrap().resource, "nobody-declared-this");
}
