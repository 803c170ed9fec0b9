use serde_json::{Value, json};

use crate::fixture::{Fixture, endpoint};

const GET: &str = "query getTemplate($id: String!) { podTemplate(id: $id) { id containerDiskInGb dockerArgs env { key value }
    imageName name readme } }";
const SAVE: &str =
    "mutation saveTemplate($input: SaveTemplateInput) { saveTemplate(input: $input) { id containerDiskInGb
    dockerArgs env { key value } imageName name readme } }";

fn env(variables: &[(&str, &str)]) -> Value {
    variables.iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
}

async fn saved(it: &Fixture, kind: &str) -> (String, String) {
    let app = it.app("shop").await;
    let environment = it.environment(&app, "production").await;
    let saved = it.save_endpoint(endpoint("alpha", &environment, kind)).await.unwrap();
    (saved["id"].as_str().unwrap().to_owned(), saved["templateId"].as_str().unwrap().to_owned())
}

pub(crate) async fn platform_variables_stay(it: Fixture) {
    let (endpoint, template) = saved(&it, "LB").await;
    let read = it.data(GET, json!({"id": template})).await["podTemplate"].take();
    assert_eq!(
        read["env"],
        env(&[("MODE", "fast"), ("RUNPOD_API_KEY", "********"), ("PORT", "80"), ("PORT_HEALTH", "80")])
    );
    let input = json!({"id": template, "name": read["name"], "imageName": "x:y", "containerDiskInGb": 5, "dockerArgs": "",
        "volumeInGb": 0, "readme": "", "ports": "", "env": env(&[("MODE", "slow"), ("PORT", "8080")])});
    let before = it.hosts.of(&endpoint).unwrap().generation;
    let written = it.data(SAVE, json!({"input": input})).await["saveTemplate"].take();
    assert_eq!(written["env"], env(&[("MODE", "slow"), ("PORT", "8080"), ("PORT_HEALTH", "80")]));
    assert_eq!(it.hosts.of(&endpoint).unwrap().generation, before + 1);
    it.data(SAVE, json!({"input": input})).await;
    assert_eq!(it.hosts.of(&endpoint).unwrap().generation, before + 1, "the same again rolls nothing");
    let spec = it.hosts.of(&endpoint).unwrap();
    assert!(spec.variables.iter().all(|it| !it.name.starts_with("PORT")), "hosting sets the real port");

    let missing = it.ask(GET, json!({"id": "none"})).await.unwrap_err();
    assert_eq!(missing, "template not found");
    let none = it.ask(SAVE, json!({})).await.unwrap_err();
    assert!(none.contains("`input` is missing"), "{none}");
    let taken = json!({"input": {"name": read["name"], "env": [], "volumeInGb": 0}});
    assert!(it.ask(SAVE, taken).await.unwrap_err().contains("already exists"));
    for (key, value) in [("", "x"), ("A=B", "x")] {
        let odd = json!({"input": {"name": "odd", "volumeInGb": 0, "env": env(&[(key, value)])}});
        assert!(it.ask(SAVE, odd).await.unwrap_err().contains("can't be passed to a process"));
    }
}

pub(crate) async fn secret_values_never_come_back(it: Fixture) {
    let (endpoint, template) = saved(&it, "QB").await;
    let input = json!({"id": template, "volumeInGb": 0, "env": [
        {"key": "TOKEN", "value": "hunter2", "secret": true}, {"key": "MODE", "value": "fast"}]});
    it.data(SAVE, json!({"input": input})).await;
    let read = it.data(GET, json!({"id": template})).await["podTemplate"]["env"].take();
    assert_eq!(read, env(&[("TOKEN", "********"), ("MODE", "fast")]));
    let all = it.data("{ myself { endpoints { env { key value } } } }", json!({})).await;
    assert!(!all.to_string().contains("hunter2"));

    let value = |it: &Fixture| {
        let variables = it.hosts.of(&endpoint).unwrap().variables;
        variables.into_iter().find(|it| it.name == "TOKEN").map(|it| it.value)
    };
    assert_eq!(value(&it).as_deref(), Some("hunter2"));
    it.data(SAVE, json!({"input": {"id": template, "volumeInGb": 0, "env": read}})).await;
    assert_eq!(value(&it).as_deref(), Some("hunter2"), "an echo keeps the value");
    let new = env(&[("TOKEN", "correct horse")]);
    it.data(SAVE, json!({"input": {"id": template, "volumeInGb": 0, "env": new}})).await;
    assert_eq!(value(&it).as_deref(), Some("correct horse"));
    let read = it.data(GET, json!({"id": template})).await["podTemplate"]["env"].take();
    assert_eq!(read, env(&[("TOKEN", "********")]), "once a secret, always a secret");
    let lost = json!({"input": {"name": "new", "volumeInGb": 0, "env": [{"key": "T", "value": "********", "secret": true}]}});
    assert!(it.ask(SAVE, lost).await.unwrap_err().contains("no value is stored"));

    crate::secrets::nowhere_on_disk(&it, &["hunter2", "correct horse"]).await;
}
