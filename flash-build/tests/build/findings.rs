//! What is wrong with a program is said with its places, and nothing is written.

use crate::program::Workspace;

#[test]
fn all_errors_are_shown_at_once_and_nothing_is_written() {
    let shop = Workspace::new("shop-wrong");
    shop.write(
        "src/model.rs",
        "//! Copies.\n\n/// Another.\n#[flash::remote(resource = \"pricing\")]\npub async fn price() -> flash::Result<u64> {\n    \
         let price = 1;\n    Ok(price)\n}\n\n/// The same route.\n#[flash::remote(resource = \"web\", method = \"POST\", path = \
         \"/orders/{name}\")]\npub async fn cancel(name: String) -> flash::Result<usize> {\n    let length = name.len();\n    \
         Ok(length)\n}\n",
    );
    let words = [
        "error: `POST /orders/{name}` and `POST /orders/{customer}` of resource `web` match the same requests, for `cancel` and for \
         `order`\n  at src/model.rs:12\n  and at src/main.rs:7\nhelp: change",
        "error: `price` is given twice",
        "at src/model.rs:5",
        "and at pricing/src/lib.rs:",
    ];
    let answer = shop.flash(&["check"]).failed(&words);
    let rows = answer.stdout.lines().filter(|line| line.trim_start().starts_with("price "));
    let places: Vec<&str> = rows.filter_map(|row| row.split_whitespace().last()).collect();
    assert_eq!(places, ["src/model.rs:5", "pricing/src/lib.rs:14"], "{}", answer.stdout);
    assert!(answer.stderr.contains("`shop-wrong` has 2 errors"), "{}", answer.stderr);
    let answer = shop.flash(&["build", "--profile", "dev"]).failed(&words);
    assert!(answer.stderr.contains("can't be built because of 2 errors"), "{}", answer.stderr);
    assert!(!shop.path().join(".flash").exists());
}

#[test]
fn package_that_is_not_linked_fails_with_the_line_to_add() {
    let shop = Workspace::new("shop-unlinked");
    shop.write(
        "src/main.rs",
        "//! A shop.\n\nmod model;\n\n#[flash::main]\nasync fn main() -> flash::Result<()> {\n    Ok(())\n}\n",
    );
    let answer = shop.flash(&["build", "--profile", "dev"]);
    answer.failed(&["price", "pricing as _;"]);
}

#[test]
fn program_without_functions_says_what_to_add() {
    let shop = Workspace::new("shop-empty");
    shop.write("src/main.rs", "//! A shop.\n\nfn main() {}\n");
    shop.write("pricing/src/lib.rs", "//! Nothing.\n");
    shop.flash(&["check"]).failed(&[
        "error: the program has no remote function",
        "add `#[flash::remote(resource = \"NAME\")]`",
    ]);
}

#[test]
fn program_without_the_dependency_is_told_the_line() {
    let shop = Workspace::new("shop-bare");
    shop.write(
        "Cargo.toml",
        "[package]\nname = \"shop-bare\"\nversion = \"0.3.0\"\nedition = \"2024\"\n\n[workspace]\n",
    );
    shop.write("src/main.rs", "fn main() {}\n");
    shop.write("flash.toml", "");
    let answer = shop.flash(&["check"]).failed(&[
        "error: the program has no remote function\nhelp: the package `shop-bare` doesn't depend on `flash-runtime`: run `cargo add --path ",
        "`, and put `#[flash::remote(resource = \"NAME\")]` before a function of it",
    ]);
    shop.write(
        "src/main.rs",
        "#[flash::remote(resource = \"r\")]\nfn one() -> flash::Result<u8> {\n    Ok(1)\n}\nfn main() {}\n",
    );
    let unknown =
        shop.flash(&["check"]).failed(&["if it is about `flash`, the package `shop-bare` doesn't depend on"]);
    for said in [&answer.stderr, &unknown.stderr] {
        assert!(said.contains("run `cargo add --path "), "{said}");
    }
    // The line, as it was printed, is all that was missing.
    let line = answer.stderr.split("run `").nth(1).unwrap().split('`').next().unwrap().to_owned();
    let added =
        std::process::Command::new("sh").args(["-c", &line]).current_dir(shop.path()).output().unwrap();
    assert!(added.status.success(), "{line}: {}", String::from_utf8_lossy(&added.stderr));
    shop.flash(&["check"]).done();
}

#[test]
fn plain_main_is_a_warning_with_its_place() {
    let shop = Workspace::new("shop-plain");
    shop.replace(
        "src/main.rs",
        "#[flash::main]\nasync fn main() -> flash::Result<()> {\n    Ok(())\n}",
        "fn main() {}",
    );
    let answer = shop.flash(&["check"]).done();
    let expected = "warning: the program can't serve: its `fn main` is not Flash's\n  at src/main.rs:12\nhelp: put `#[flash::main]`";
    assert!(answer.stderr.contains(expected), "{}", answer.stderr);
    let built = shop.flash(&["build", "--profile", "dev"]).done();
    let archive = shop.path().join(".flash/archive.tar.gz");
    let written =
        format!("warning: the archive just written, {}, can't serve: its `fn main`", archive.display());
    assert_eq!(built.stderr.matches("can't serve").count(), 1, "{}", built.stderr);
    let (packed, told) = (built.stderr.find("Packed"), built.stderr.find(&written));
    assert!(packed.is_some() && packed < told, "{}", built.stderr);
    assert!(
        built.stderr.contains("help: put `#[flash::main]` before `fn main`, in place of"),
        "{}",
        built.stderr
    );
    assert!(built.stderr.trim_end().ends_with("and build again"), "{}", built.stderr);
    assert!(shop.flash(&["build", "--profile", "dev", "-q"]).done().stderr.is_empty());
}

#[test]
fn a_file_in_the_place_of_the_directory_is_named() {
    let shop = Workspace::new("shop-filed");
    shop.write(".flash", "");
    for command in [&["build", "--profile", "dev"][..], &["up"]] {
        let place = shop.path().join(".flash");
        shop.flash(command).failed(&[
            "can't be written",
            &format!("help: {} is a file", place.display()),
            "move the file away",
        ]);
    }
}

#[test]
fn settings_of_unknown_resources_are_warnings() {
    let shop = Workspace::new("shop-slip");
    let answer = shop.flash(&["check", "--set", "pricng.workers_max=3"]).done();
    let expected = "warning: resource `pricng` is set by --set and has no function\nhelp: did you mean `pricing`, which functions name?";
    assert!(answer.stderr.contains(expected), "{}", answer.stderr);
    shop.flash(&["check", "--set", "pricing.workers_max=many"])
        .failed(&["expected a whole number from 0 to 10000, found \"many\""]);
}

#[test]
fn quiet_shows_errors_only() {
    let shop = Workspace::new("shop-quiet");
    shop.replace("src/main.rs", "    Ok(())", "    let unused = 1;\n    Ok(())");
    let loud = shop.flash(&["check"]).done();
    assert!(loud.stderr.contains("unused variable") && loud.stderr.contains("Finished"), "{}", loud.stderr);
    shop.replace("src/main.rs", "let unused", "let not_used");
    let quiet = shop.flash(&["check", "-q"]).done();
    assert!(quiet.stderr.is_empty(), "{}", quiet.stderr);
    assert_eq!(quiet.stdout, loud.stdout, "data stays");
    shop.replace("src/main.rs", "Ok(())", "Ok(1)");
    let broken =
        shop.flash(&["check", "-q"]).failed(&["error[E0308]", "error: `shop-quiet` doesn't compile"]);
    assert!(
        !broken.stderr.contains("\x1b") && !broken.stderr.contains("unused variable"),
        "{}",
        broken.stderr
    );
}

#[test]
fn program_that_does_not_compile_shows_the_compilers_words() {
    let shop = Workspace::new("shop-broken");
    shop.replace("src/main.rs", "Ok(())", "Ok(1)");
    shop.flash(&["check"]).failed(&[
        "error[E0308]",
        "error: `shop-broken` doesn't compile",
        "help: mend what the compiler says above",
    ]);
}
