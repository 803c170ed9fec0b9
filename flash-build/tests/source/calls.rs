//! Static calls between remote functions.

use super::scan_of;
use super::support::{Workspace, package};

fn edges(files: &[(&str, &str)]) -> Vec<String> {
    let workspace = Workspace::new(&[(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"app\", \"text\", \"facade\"]\n",
    )]);
    let sdk = "flash-runtime = { path = \"../sdk\" }\n";
    workspace.write(
        "app/Cargo.toml",
        &package(
            "app",
            &format!(
                "[dependencies]\n{sdk}text = {{ path = \"../text\" }}\nfacade = {{ path = \"../facade\" }}\n"
            ),
        ),
    );
    workspace.write("text/Cargo.toml", &package("text", &format!("[dependencies]\n{sdk}")));
    workspace
        .write("facade/Cargo.toml", &package("facade", "[dependencies]\ntext = { path = \"../text\" }\n"));
    workspace.write("text/src/lib.rs", "#[flash::remote]\npub fn tokenize(s: String) -> String { s }\n");
    workspace.write("facade/src/lib.rs", "pub use text::tokenize as cut;\npub use text::*;\n");
    for (path, text) in files {
        workspace.write(path, text);
    }
    let scan = scan_of(&workspace, "app", &[]);
    let shown = scan.calls.iter().map(|call| {
        let mark = if call.edge.resolved { "" } else { " ?" };
        format!("{} -> {}{mark} {}", call.edge.from, call.edge.to, call.place)
    });
    shown.collect()
}

#[test]
fn paths_of_every_kind() {
    let found = edges(&[
        (
            "app/src/main.rs",
            r#"
mod a;
use text::{self, tokenize as cut};
fn main() {}
#[flash::remote] fn by_alias() { cut(String::new()); }
#[flash::remote] fn by_module() { text::tokenize(String::new()); ::text::tokenize(String::new()); }
#[flash::remote] fn by_crate() { crate::a::inner(); self::a::inner(); }
#[flash::remote] fn by_reexport() { a::again(String::new()); facade::cut(String::new()); facade::tokenize(String::new()); }
#[flash::remote] fn by_local_use() { use a::inner as i; i(); }
#[flash::remote] fn as_value() { let done = Some(String::new()).map(text::tokenize); flash::spawn(cut); drop(done); }
#[flash::remote] async fn in_macros() { println!("{}", cut(String::new())); let _ = vec![a::inner()]; }
#[flash::remote] fn itself(n: u32) { if n > 0 { itself(n - 1) } }
"#,
        ),
        (
            "app/src/a.rs",
            "use super::*;\npub use text::*;\npub use text::tokenize as again;\n#[flash::remote(name = \"in\")]\n\
             pub fn inner() { super::by_module(); tokenize(String::new()); by_alias(); }\n",
        ),
    ]);
    assert_eq!(
        found,
        [
            "as_value -> tokenize app/src/main.rs:10",
            "by_alias -> tokenize app/src/main.rs:5",
            "by_crate -> in app/src/main.rs:7",
            "by_local_use -> in app/src/main.rs:9",
            "by_module -> tokenize app/src/main.rs:6",
            "by_reexport -> tokenize app/src/main.rs:8",
            "in -> by_alias app/src/a.rs:5",
            "in -> by_module app/src/a.rs:5",
            "in -> tokenize app/src/a.rs:5",
            "in_macros -> in app/src/main.rs:11",
            "in_macros -> tokenize app/src/main.rs:11",
            "itself -> itself app/src/main.rs:12",
        ]
    );
}

#[test]
fn through_plain_functions_and_cycles() {
    let found = edges(&[
        (
            "app/src/main.rs",
            r#"
mod plain;
mod far;
fn main() {}
#[flash::remote] pub fn ping() { plain::one() }
#[flash::remote] pub fn pong() { plain::Tool::run(); }
fn local() { ping() }
"#,
        ),
        (
            "app/src/plain.rs",
            "pub fn one() { two() }\npub fn two() { if false { one() } crate::far::three(); crate::local(); }\n\
             pub struct Tool;\nimpl Tool { pub fn run() { Self::step() }\n fn step() { let t = Tool; t.nothing(); \
             Tool.on() }\n fn nothing(&self) {}\n fn on(&self) { self.after() }\n fn after(&self) { crate::pong() } }\n",
        ),
        (
            "app/src/far.rs",
            "pub fn three() { helper(text::tokenize) }\nfn helper(_: fn(String) -> String) {}\n",
        ),
    ]);
    assert_eq!(found, ["ping -> ping app/src/main.rs:7", "ping -> tokenize app/src/far.rs:1"]);
}

#[test]
fn classes() {
    let found = edges(&[(
        "app/src/main.rs",
        r#"
mod models {
    pub struct Model;
    pub struct ModelRemote;
    impl ModelRemote { pub fn predict(&self) {} pub fn helper(&self) {} }
    impl Model { pub fn remote() -> ModelRemote { ModelRemote } }
    #[flash::remote]
    impl Model {
        pub fn new() -> Self { Model }
        pub fn predict(&self) { self.inside() }
        pub fn again(&self) { Self::remote().predict() }
    }
    impl Model { fn inside(&self) { text::tokenize(String::new()); } }
    pub type Alias = Model;
}
use models::{Alias, Model as M, ModelRemote};
fn main() {}
#[flash::remote] fn direct() { M::remote().predict(); }
#[flash::remote] fn held() { let m = models::Model::remote(); m.predict(); }
#[flash::remote] fn by_alias() { Alias::remote().predict(); }
#[flash::remote] fn instance(m: models::Model) { m.predict(); models::Model::predict(&m); }
#[flash::remote] fn given(m: &ModelRemote) { m.predict(); }
"#,
    )]);
    assert_eq!(
        found,
        [
            "Model.again -> Model.predict app/src/main.rs:11",
            "Model.predict -> tokenize app/src/main.rs:13",
            "by_alias -> Model.predict app/src/main.rs:20",
            "direct -> Model.predict app/src/main.rs:18",
            "given -> Model.predict app/src/main.rs:22",
            "held -> Model.predict app/src/main.rs:19",
            "instance -> tokenize app/src/main.rs:13",
        ]
    );
}

#[test]
fn what_cannot_be_followed_is_marked_and_what_is_hidden_is_not_taken() {
    let found = edges(&[(
        "app/src/main.rs",
        r#"
macro_rules! import { ($($t:tt)*) => { $($t)* } }
import! { use text::tokenize; }
fn main() {}
mod std_like { pub fn tokenize() {} }
#[flash::remote] fn unknown() { tokenize(String::new()); }
#[flash::remote] fn other() { std_like::tokenize(); }
#[flash::remote] fn parameter(tokenize: fn(u8)) { tokenize(1); }
#[flash::remote] fn closure() { let tokenize = |_: u8| (); tokenize(1); }
#[flash::remote] fn value() { let tokenize = 1; drop(tokenize); }
#[flash::remote] fn inner() { fn tokenize() {} tokenize(); }
"#,
    )]);
    assert_eq!(found, ["unknown -> tokenize ? app/src/main.rs:6"]);
}
