//! Two functions of one wire name compile: only the whole program can see them. `cargo flash check` and the
//! start of a server name both places.

mod first {
    #[flash::remote]
    pub(crate) async fn same() -> flash::Result<()> {
        Ok(())
    }
}

mod second {
    #[flash::remote]
    pub(crate) async fn same() -> flash::Result<()> {
        Ok(())
    }
}

fn main() {
    let [duplicate] = flash::registry::duplicates() else { panic!() };
    let text = duplicate.to_string();
    assert!(text.starts_with("two remote functions are called `same`: "), "{text}");
    assert!(text.contains("duplicate_names.rs:6") && text.contains("duplicate_names.rs:13"), "{text}");
    assert!(text.ends_with("give one of them another `name = \"..\"`"), "{text}");
}
