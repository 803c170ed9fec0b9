//! The route of a function: `method` and `path`.

use syn::LitStr;

use crate::errors::Errors;

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "DELETE", "PATCH"];

/// Paths that belong to the endpoint itself, and to the platform's queue in front of it.
const RESERVED: [&str; 12] = [
    "ping",
    "manifest",
    "execute",
    "run",
    "runsync",
    "status",
    "stream",
    "cancel",
    "retry",
    "health",
    "requests",
    "purge-queue",
];

pub(super) fn check_method(method: &LitStr, errors: &mut Errors) {
    let value = method.value();
    if METHODS.contains(&value.as_str()) {
        return;
    }
    let upper = value.to_ascii_uppercase();
    let message = if METHODS.contains(&upper.as_str()) {
        format!("HTTP methods are written in capitals: `{upper}`")
    } else {
        format!("`{value}` is not a method of a route; choose one of `{}`", METHODS.join("`, `"))
    };
    errors.at(method, message);
}

/// Checks a path, and that each of its parameters is an argument.
pub(super) fn check_path(path: &LitStr, arguments: &[String], errors: &mut Errors) {
    let value = path.value();
    let Some(rest) = value.strip_prefix('/') else {
        return errors.at(path, format_args!("a path starts with `/`: write `/{value}`"));
    };
    let first = rest.split('/').next().unwrap_or_default();
    if RESERVED.contains(&first) {
        errors.at(path, format_args!("`/{first}` is reserved for the endpoint itself; choose another path"));
    }
    if let Some(bad) =
        value.chars().find(|c| c.is_whitespace() || matches!(c, '?' | '#' | '%' | '\\') || !c.is_ascii())
    {
        return errors.at(
            path,
            format_args!("a path can't hold `{bad}`; query parameters are bound by name and not part of it"),
        );
    }
    if rest.starts_with('/') || rest.ends_with('/') || rest.contains("//") {
        errors.at(path, "a path has no empty segments; remove the extra `/`");
    }
    let mut seen: Vec<&str> = Vec::new();
    for segment in rest.split('/').filter(|segment| segment.contains(['{', '}', '*', ':'])) {
        let name = segment.strip_prefix('{').and_then(|inner| inner.strip_suffix('}'));
        match name {
            Some(name) if !name.is_empty() && !name.contains(['{', '}', '*', ':']) => {
                if !arguments.iter().any(|argument| argument == name) {
                    let known = match arguments {
                        [] => "the function takes none".to_owned(),
                        names => format!("the arguments are `{}`", names.join("`, `")),
                    };
                    errors.at(path, format_args!("`{{{name}}}` names no argument of the function ({known})"));
                }
                if seen.contains(&name) {
                    errors.at(path, format_args!("`{{{name}}}` stands twice in the path"));
                }
                seen.push(name);
            }
            _ => errors.at(
                path,
                format_args!("`{segment}` is not a path segment; a parameter is a whole segment in braces, as in `/users/{{id}}`"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;
    use syn::LitStr;

    use super::{check_method, check_path};
    use crate::errors::Errors;

    fn path(path: &str) -> Vec<String> {
        let mut errors = Errors::default();
        check_path(&LitStr::new(path, Span::call_site()), &["id".to_owned(), "name".to_owned()], &mut errors);
        errors.texts()
    }

    #[test]
    fn paths() {
        for good in ["/", "/a", "/a/b.c", "/users/{id}", "/{id}/{name}", "/pings", "/a/ping"] {
            assert!(path(good).is_empty(), "{good}: {:?}", path(good));
        }
        for bad in [
            "",
            "a",
            "/a/",
            "//",
            "/a//b",
            "/a b",
            "/a?b",
            "/%20",
            "/{",
            "/{}",
            "/{other}",
            "/{id}{name}",
            "/*",
        ] {
            assert_eq!(path(bad).len(), 1, "{bad}: {:?}", path(bad));
        }
        assert_eq!(path("/ping/{id}/{id}").len(), 2);
    }

    #[test]
    fn methods() {
        for (method, problems) in [("GET", 0), ("PATCH", 0), ("get", 1), ("HEAD", 1), ("", 1)] {
            let mut errors = Errors::default();
            check_method(&LitStr::new(method, Span::call_site()), &mut errors);
            assert_eq!(errors.texts().len(), problems, "{method}");
        }
    }
}
