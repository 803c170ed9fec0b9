//! What is said about keys.

use super::Place;
use crate::errors::nearest;

pub(super) fn needs_value(name: &str) -> String {
    format!("`{name}` needs a value: {}", example(name))
}

pub(super) fn unknown(name: &str, place: Place) -> String {
    let known = place.known();
    let hint = match (place, name) {
        (Place::Class, "method" | "path" | "timeout" | "idempotent" | "on_failure") => {
            let value = if name == "idempotent" { "" } else { " = .." };
            return format!(
                "`{name}` belongs to a method of the class; write `#[flash({name}{value})]` above the method"
            );
        }
        (Place::Method, "resource" | "name" | "crate") => {
            return format!(
                "`{name}` belongs to the class; write it in the `#[flash::remote(..)]` above the `impl`"
            );
        }
        _ => match nearest(name, known) {
            Some(near) => format!("; did you mean `{near}`?"),
            None if OF_RESOURCES.contains(&name) => {
                "; it belongs to the resource, which a constant with `#[flash::resource]` or `flash.toml` declares"
                    .to_owned()
            }
            None => String::new(),
        },
    };
    format!("unknown key `{name}`{hint} (the keys are `{}`)", known.join("`, `"))
}

/// What a resource has, and people write on the function.
const OF_RESOURCES: [&str; 16] = [
    "cpu",
    "cpus",
    "data_centers",
    "disk",
    "env",
    "gpu",
    "gpus",
    "gpu_count",
    "idle_timeout",
    "image",
    "max_concurrency",
    "memory",
    "network_volumes",
    "public",
    "secrets",
    "workers",
];

/// What a key takes.
pub(super) fn example(name: &str) -> String {
    let what = match name {
        "resource" => "a resource's name or constant",
        "timeout" => "a duration",
        "idempotent" => return "`true` or `false`".to_owned(),
        "on_failure" => "one choice",
        "crate" => "a path",
        _ => "a string",
    };
    format!("{what}, as in `{}`", snippet(name))
}

pub(super) fn snippet(name: &str) -> &'static str {
    match name {
        "method" => "method = \"POST\"",
        "path" => "path = \"/users/{id}\"",
        "name" => "name = \"resize_v2\"",
        "timeout" => "timeout = \"30s\"",
        "idempotent" => "idempotent = true",
        "on_failure" => "on_failure = \"panic\"",
        "crate" => "crate = my_flash",
        _ => "resource = \"endpoint_1\"",
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, example, unknown};

    #[test]
    fn unknown_keys_are_led_to_where_they_belong() {
        for (name, place, hint) in [
            ("metod", Place::Function, "did you mean `method`?"),
            ("gpu", Place::Function, "belongs to the resource"),
            ("workers", Place::Class, "belongs to the resource"),
            ("timeout", Place::Class, "write `#[flash(timeout = ..)]` above the method"),
            ("idempotent", Place::Class, "write `#[flash(idempotent)]` above the method"),
            ("resource", Place::Method, "above the `impl`"),
            ("zzz", Place::Method, "the keys are `method`, `path`, `timeout`, `idempotent`, `on_failure`"),
        ] {
            assert!(unknown(name, place).contains(hint), "{}", unknown(name, place));
        }
    }

    #[test]
    fn every_key_has_an_example_of_its_own() {
        for place in [Place::Function, Place::Class, Place::Method] {
            for key in place.known() {
                let example = example(key);
                assert!(example.contains(&format!("`{key} = ")) || *key == "idempotent", "{example}");
            }
        }
    }
}
