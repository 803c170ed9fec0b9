//! Whatever path, method and query arrive, the router answers.

use http::Method;
use proptest::prelude::*;

use super::routes::{Lookup, Route, Routes, shape};
use super::table::Place;
use super::text;

fn path() -> impl Strategy<Value = String> {
    let segment = prop_oneof![
        Just(String::new()),
        "[a-z]{0,6}",
        "\\{[a-z*]{0,4}\\}",
        "[{}*%:/]{0,4}",
        "(%[0-9a-fA-F]{0,2}){0,3}",
        ".{0,4}",
    ];
    prop::collection::vec(segment, 0..6).prop_map(|segments| format!("/{}", segments.join("/")))
}

fn routes(paths: &[String]) -> Routes {
    let mut routes = Routes::default();
    for (index, path) in paths.iter().enumerate() {
        let method = if index % 2 == 0 { Method::GET } else { Method::POST };
        // A path that matchit refuses is refused; the others stay.
        let _ = routes.insert(
            &method,
            path,
            Route { place: Place::Elsewhere(path.clone()), public: false, prefix: 0 },
        );
    }
    routes
}

proptest! {
    #[test]
    fn any_path_is_answered(declared in prop::collection::vec(path(), 0..8), asked in path(), method in 0..3_usize) {
        let routes = routes(&declared);
        let method = [Method::GET, Method::HEAD, Method::DELETE][method].clone();
        match routes.find(&method, &asked) {
            Lookup::Route(route, params) => {
                let Place::Elsewhere(declared) = &route.place else { unreachable!() };
                // What was matched is what was declared: its fixed segments are in the path.
                prop_assert!(params.iter().all(|(_, value)| asked.contains(value)), "{declared}");
            }
            Lookup::OtherMethods(methods) => prop_assert!(!methods.contains(method.as_str())),
            Lookup::Nothing => {}
        }
        prop_assert!(shape(&asked).len() <= asked.len());
    }

    #[test]
    fn a_declared_path_finds_itself(segments in prop::collection::vec("[a-z]{1,6}", 1..5)) {
        let path = format!("/{}", segments.join("/"));
        let routes = routes(std::slice::from_ref(&path));
        let found = matches!(routes.find(&Method::GET, &path), Lookup::Route(..));
        prop_assert!(found);
        prop_assert!(matches!(routes.find(&Method::POST, &path), Lookup::OtherMethods(_)));
    }

    #[test]
    fn any_query_is_read_or_refused(query in ".{0,64}", encoded in "([a-z=&+]|%[0-9A-F]{2}){0,32}") {
        for text in [&query, &encoded] {
            let mut pairs = Vec::new();
            if let Err(piece) = text::query(text, &mut pairs) {
                prop_assert!(text.contains(piece));
            }
            prop_assert!(pairs.iter().all(|(name, value)| name.len() + value.len() <= text.len()));
        }
    }
}
