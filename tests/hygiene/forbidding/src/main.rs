//! A program that forbids lints, by group and by name. Had generated code to allow one of them, this would not
//! compile (E0453, or the lint against allowing a part of a forbidden group).
//!
//! Two groups are not among them, because the registries allow parts of them: linkme of `clippy::pedantic`,
//! inventory of `nonstandard_style`.

// A test harness allows dead code in the crate that it is made of.
#![cfg_attr(
    not(test),
    forbid(
        unsafe_code,
        missing_docs,
        unused,
        dead_code,
        unused_imports,
        unused_braces,
        unreachable_code,
        unreachable_pub,
        private_interfaces,
        clippy::all,
        clippy::unused_async,
        clippy::unused_self,
        clippy::missing_errors_doc,
        clippy::needless_pass_by_value,
        clippy::too_many_arguments,
        clippy::trivially_copy_pass_by_ref
    )
)]
#![deny(forbidden_lint_groups, warnings)]

// serde's derives allow lints, so nothing here uses them.
#[derive(Debug, flash::Type)]
struct Job {
    id: u64,
}

#[flash::resource]
const GPU: flash::ServerlessResource = flash::ServerlessResource::new("forbidding");

#[flash::remote(resource = GPU)]
async fn next(id: u64, _: &str, (a, b): (u64, u64)) -> flash::Result<u64> {
    let job = Job { id: id + a + b };
    std::future::ready(Ok(job.id)).await
}

#[flash::remote(resource = GPU)]
fn twice(n: u64) -> flash::Result<u64> {
    n.checked_mul(2).ok_or_else(|| flash::Error::new("too large"))
}

#[derive(Debug)]
struct Model {
    bias: u64,
}

#[flash::remote(resource = GPU)]
impl Model {
    const fn new() -> Self {
        Self { bias: 1 }
    }

    async fn add(&self, n: u64) -> flash::Result<u64> {
        std::future::ready(Ok(self.bias + n)).await
    }

    fn bias(&self) -> flash::Result<u64> {
        twice(self.bias)
    }
}

#[flash::main]
async fn main() -> flash::Result<()> {
    let id = next(1, "", (1, 1)).await?;
    let sum = Model::remote().add(id).await? + Model::remote().bias()?;
    assert_eq!(sum, 6);
    Ok(())
}
