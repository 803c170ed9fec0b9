//! Declared routes: method and path to a function.

use http::Method;
use matchit::{InsertError, Params, Router};

use super::table::Place;

/// A declared route.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub(super) place: Place,
    /// Whether it answers without a key.
    pub(super) public: bool,
    /// Length of the `/resource` in front of the path, which the endpoint itself doesn't know.
    pub(super) prefix: usize,
}

/// One tree of paths per method, so that paths which differ only in their parameters' names don't collide
/// unless they collide in earnest.
#[derive(Debug, Default)]
pub(super) struct Routes {
    methods: Vec<(Method, Router<Route>)>,
}

/// What a method and a path lead to.
pub(super) enum Lookup<'t, 'p> {
    Route(&'t Route, Params<'t, 'p>),
    /// The path exists with these methods only.
    OtherMethods(String),
    Nothing,
}

impl Routes {
    pub(super) fn insert(&mut self, method: &Method, path: &str, route: Route) -> Result<(), InsertError> {
        let at = match self.methods.iter().position(|(known, _)| known == method) {
            Some(at) => at,
            None => {
                self.methods.push((method.clone(), Router::new()));
                self.methods.len() - 1
            }
        };
        self.methods[at].1.insert(path, route)
    }

    pub(super) fn find<'t, 'p>(&'t self, method: &Method, path: &'p str) -> Lookup<'t, 'p> {
        let tree = |wanted: &Method| self.methods.iter().find(|(known, _)| known == wanted);
        if let Some(Ok(found)) = tree(method).map(|(_, tree)| tree.at(path)) {
            return Lookup::Route(found.value, found.params);
        }
        if method == Method::HEAD
            && let Some(Ok(found)) = tree(&Method::GET).map(|(_, tree)| tree.at(path))
        {
            return Lookup::Route(found.value, found.params);
        }
        let mut allowed: Vec<&str> = Vec::new();
        for (method, tree) in &self.methods {
            if tree.at(path).is_ok() {
                allowed.push(method.as_str());
                if method == Method::GET {
                    allowed.push("HEAD");
                }
            }
        }
        allowed.sort_unstable();
        allowed.dedup();
        if allowed.is_empty() { Lookup::Nothing } else { Lookup::OtherMethods(allowed.join(", ")) }
    }
}

/// A path without its parameters' names: two routes of one shape answer the same requests.
pub(super) fn shape(path: &str) -> String {
    let mut shape = String::with_capacity(path.len());
    let mut inside = false;
    for letter in path.chars() {
        match letter {
            '}' => inside = false,
            '{' => inside = true,
            '*' if inside => {}
            _ if inside => continue,
            _ => {}
        }
        shape.push(letter);
    }
    shape
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use http::Method;

    use super::{Lookup, Route, Routes, shape};
    use crate::endpoint::table::Place;

    fn routes() -> Routes {
        let mut routes = Routes::default();
        for (method, path) in [
            (Method::GET, "/users/{id}"),
            (Method::POST, "/users/{name}"),
            (Method::GET, "/users/me"),
            (Method::GET, "/files/{*path}"),
        ] {
            let route = Route { place: Place::Elsewhere(path.to_owned()), public: false, prefix: 0 };
            routes.insert(&method, path, route).unwrap();
        }
        routes
    }

    fn find(method: &Method, path: &str) -> String {
        match routes().find(method, path) {
            Lookup::Route(Route { place: Place::Elsewhere(at), .. }, params) => {
                params.iter().fold(at.clone(), |text, (name, value)| format!("{text} {name}={value}"))
            }
            Lookup::Route(..) => unreachable!(),
            Lookup::OtherMethods(methods) => format!("only {methods}"),
            Lookup::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn methods_and_parameters() {
        assert_eq!(find(&Method::GET, "/users/7"), "/users/{id} id=7");
        assert_eq!(find(&Method::HEAD, "/users/me"), "/users/me");
        assert_eq!(find(&Method::POST, "/users/7"), "/users/{name} name=7");
        assert_eq!(find(&Method::GET, "/files/a/b%2Fc"), "/files/{*path} path=a/b%2Fc");
        assert_eq!(find(&Method::DELETE, "/users/7"), "only GET, HEAD, POST");
        assert_eq!(find(&Method::GET, "/users"), "nothing");
        assert_eq!(find(&Method::GET, "/users/"), "nothing");
    }

    #[test]
    fn shapes() {
        assert_eq!(shape("/a/{id}/b/{*rest}"), "/a/{}/b/{*}");
        assert_eq!(shape("/a/{x}"), shape("/a/{y}"));
    }
}
