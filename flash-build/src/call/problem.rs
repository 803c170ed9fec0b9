//! Problem documents in words.

use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::pretty::pretty;
use crate::cli::Failure;

/// How many similar names are offered.
const SUGGESTIONS: usize = 3;

/// What a problem document can say; every field may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Problem {
    title: Option<String>,
    detail: Option<String>,
    outcome: Option<String>,
    arguments: Value,
    expected: Value,
    error: Option<Box<RawValue>>,
    call_id: Option<String>,
}

/// Says what an answer that isn't a success means. `known` are the functions of the program, if they are known.
#[must_use]
pub fn explain(function: &str, status: StatusCode, body: &[u8], known: &[String]) -> Failure {
    let Ok(problem) = serde_json::from_slice::<Problem>(body) else {
        return foreign(function, status, body);
    };
    let failure = match problem.outcome.as_deref() {
        Some("bad-arguments") => Failure::new(format!("`{function}` can't take these arguments ({status})")),
        Some("application") => Failure::new(format!("`{function}` returned an error ({status})")),
        Some("panicked") => Failure::new(format!("`{function}` panicked ({status})")),
        Some("unauthorized") => Failure::new(format!("the endpoint refused the key ({status})")),
        Some("deadline") => Failure::new(format!("`{function}` ran out of time ({status})")),
        Some("rejected") => Failure::new(format!("the endpoint takes no calls right now ({status})")),
        Some("not-found") if status == StatusCode::NOT_FOUND => {
            return not_found(function, &problem, known);
        }
        _ => Failure::new(format!(
            "`{function}` failed: {}",
            problem.title.as_deref().unwrap_or(status.as_str())
        )),
    };
    let failure = reasons(failure, &problem);
    match problem.outcome.as_deref() {
        Some("bad-arguments") => match named(&problem.expected).join(", ") {
            names if names.is_empty() => failure,
            names => failure.help(format!("it takes: {names}")),
        },
        Some("panicked") => failure.help(match &problem.call_id {
            Some(id) => format!("the endpoint's log says where, under call {id}"),
            None => "the endpoint's log says where".to_owned(),
        }),
        Some("unauthorized") => failure.help("give the right one with --key or FLASH_API_KEY"),
        Some("rejected") => failure.help("try again in a moment"),
        _ => failure,
    }
}

fn reasons(mut failure: Failure, problem: &Problem) -> Failure {
    let arguments = named(&problem.arguments);
    // The detail of bad arguments is the same list again, and that of a panic says that it is one.
    let repeats = !arguments.is_empty() || problem.outcome.as_deref() == Some("panicked");
    if let Some(detail) = problem.detail.as_ref().filter(|_| !repeats) {
        failure = failure.why(detail);
    }
    for line in arguments {
        failure = failure.why(line);
    }
    if let Some(error) = &problem.error {
        failure = failure.why(pretty(error.get()));
    }
    failure
}

/// The entries of a list or an object of names and texts, one line each.
fn named(value: &Value) -> Vec<String> {
    match value {
        Value::Array(entries) => entries.iter().map(entry).collect(),
        Value::Object(entries) => {
            entries.iter().map(|(name, value)| format!("`{name}` {}", plain(value))).collect()
        }
        _ => Vec::new(),
    }
}

/// An entry with a name and something about it, in whatever words.
fn entry(value: &Value) -> String {
    let Value::Object(fields) = value else {
        return plain(value);
    };
    let name = fields.get("name").map(plain);
    let rest = fields.iter().filter(|(field, _)| *field != "name").map(|(_, value)| plain(value));
    let rest = rest.collect::<Vec<_>>().join(", ");
    match name {
        Some(name) if rest.is_empty() => name,
        Some(name) => format!("`{name}` {rest}"),
        None => rest,
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn not_found(function: &str, problem: &Problem, known: &[String]) -> Failure {
    let mut failure = Failure::new(format!("there is no function `{function}`"));
    if known.is_empty() {
        if let Some(detail) = &problem.detail {
            failure = failure.why(detail);
        }
        return failure.help("`cargo flash check` lists the functions");
    }
    match similar(function, known).as_slice() {
        [] => failure.why(format!("there are: {}", known.join(", "))),
        [one] => failure.help(format!("did you mean `{one}`?")),
        several => failure.help(format!("did you mean one of: {}?", several.join(", "))),
    }
}

/// Names that may have been meant, the likeliest first.
fn similar<'a>(wanted: &str, known: &'a [String]) -> Vec<&'a str> {
    let wanted = wanted.to_lowercase();
    let mut scored: Vec<(f64, &str)> = known
        .iter()
        .map(|name| {
            let own = name.to_lowercase();
            let last = own.rsplit('.').next().unwrap_or(&own);
            let score = strsim::jaro_winkler(&wanted, &own).max(strsim::jaro_winkler(&wanted, last));
            (if own.contains(&wanted) { score.max(0.9) } else { score }, name.as_str())
        })
        .filter(|(score, _)| *score > 0.75)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.into_iter().take(SUGGESTIONS).map(|(_, name)| name).collect()
}

/// An answer of something that doesn't speak our language.
fn foreign(function: &str, status: StatusCode, body: &[u8]) -> Failure {
    let text = String::from_utf8_lossy(&body[..body.len().min(1000)]).into_owned();
    let failure =
        Failure::new(format!("`{function}` was answered {status} by something that is not a Flash endpoint"));
    if text.trim().is_empty() { failure } else { failure.why(text.trim()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vec<String> {
        ["count", "tokenize", "Model.predict"].map(str::to_owned).to_vec()
    }

    #[test]
    fn bad_arguments_are_named_with_those_that_are_known() {
        let body = br#"{"status":422,"outcome":"bad-arguments","detail":"1 argument is missing",
            "arguments":[{"name":"text","reason":"is missing"}],"expected":["text"]}"#;
        let failure = explain("tokenize", StatusCode::UNPROCESSABLE_ENTITY, body, &known());
        assert_eq!(failure.why, ["`text` is missing"]);
        assert_eq!(failure.help.as_deref(), Some("it takes: text"));
    }

    #[test]
    fn an_own_error_is_shown_whole() {
        let body =
            br#"{"status":500,"outcome":"application","detail":"no stock","error":{"Empty":{"left":0}}}"#;
        let failure = explain("buy", StatusCode::INTERNAL_SERVER_ERROR, body, &[]);
        assert_eq!(failure.what, "`buy` returned an error (500 Internal Server Error)");
        assert_eq!(failure.why[0], "no stock");
        assert!(failure.why[1..].join("").contains("\"left\": 0"));
    }

    #[test]
    fn a_panic_is_told_once_with_the_call_to_look_for() {
        let body = br#"{"title":"The function panicked","status":500,"outcome":"panicked","function":"f","call_id":"c-1",
            "detail":"the function panicked; the endpoint's log says where"}"#;
        let failure = explain("f", StatusCode::INTERNAL_SERVER_ERROR, body, &[]);
        assert_eq!(
            failure.to_string(),
            "`f` panicked (500 Internal Server Error); the endpoint's log says where, under call c-1"
        );
    }

    #[test]
    fn near_names_are_offered() {
        let body = br#"{"status":404,"outcome":"not-found"}"#;
        let help = |name| explain(name, StatusCode::NOT_FOUND, body, &known()).help;
        assert_eq!(help("tokenise").as_deref(), Some("did you mean `tokenize`?"));
        assert_eq!(help("predict").as_deref(), Some("did you mean `Model.predict`?"));
        let failure = explain("zzz", StatusCode::NOT_FOUND, body, &known());
        assert_eq!(failure.why, ["there are: count, tokenize, Model.predict"]);
    }

    #[test]
    fn what_is_no_problem_document_is_not_taken_for_one() {
        let failure = explain("f", StatusCode::BAD_GATEWAY, b"<html>nginx</html>", &[]);
        assert!(failure.what.contains("not a Flash endpoint"));
        assert_eq!(failure.why, ["<html>nginx</html>"]);
    }
}
