use flash_build::platform::hosting::Program;
use flash_build::platform::store::DatabaseUrl;
use serde_json::json;

use crate::fixture::{Fixture, endpoint, manifest};

const SET: &str = "mutation($input: SetFlashSecretInput!) { setFlashSecret(input: $input) { name } }";

pub(crate) async fn values_go_in_and_never_out(it: Fixture) {
    let app = it.app("shop").await;
    let environment = it.environment(&app, "production").await;
    let build = it.build(&app, "one", manifest()).await;
    it.deploy(&environment, &build).await.unwrap();
    let mut pricing = endpoint("pricing", &environment, "QB");
    pricing["template"]["env"] = json!([{"key": "COPY", "value": "{{ RUNPOD_SECRET_TOKEN }}"}]);
    let id = it.save_endpoint(pricing).await.unwrap()["id"].as_str().unwrap().to_owned();
    assert!(matches!(it.hosts.of(&id).unwrap().program, Program::None(text) if text.contains("TOKEN")));

    let before = it.hosts.of(&id).unwrap().generation;
    it.data(SET, json!({"input": {"flashEnvironmentId": environment, "name": "TOKEN", "value": "hunter2"}}))
        .await;
    let spec = it.hosts.of(&id).unwrap();
    assert!(matches!(spec.program, Program::Handler { .. }) && spec.generation == before + 1);
    for name in ["TOKEN", "COPY"] {
        assert!(spec.variables.iter().any(|it| it.name == name && it.value == "hunter2"), "{name}");
    }
    assert!(!format!("{spec:?}").contains("hunter2"));
    let names = "query($id: String!) { flashEnvironment(flashEnvironmentId: $id) { secrets { name } } }";
    let listed = it.data(names, json!({"id": environment})).await;
    assert_eq!(listed["flashEnvironment"]["secrets"], json!([{"name": "TOKEN"}]));
    for name in ["", "1A", "A-B", "A B"] {
        let input = json!({"input": {"flashEnvironmentId": environment, "name": name, "value": "x"}});
        assert!(it.ask(SET, input).await.unwrap_err().contains("a secret's name"), "{name}");
    }
    nowhere_on_disk(&it, &["hunter2", &spec.worker_key]).await;

    let delete = "mutation($input: DeleteFlashSecretInput!) { deleteFlashSecret(input: $input) }";
    let input = json!({"input": {"flashEnvironmentId": environment, "name": "TOKEN"}});
    it.data(delete, input.clone()).await;
    assert_eq!(it.ask(delete, input).await.unwrap_err(), "secret not found");
    assert!(matches!(it.hosts.of(&id).unwrap().program, Program::None(_)));
}

/// Reads the database's files by hand, or all of its tables.
pub(crate) async fn nowhere_on_disk(it: &Fixture, values: &[&str]) {
    let mut bytes = Vec::new();
    match &it.database.url {
        DatabaseUrl::Sqlite(_) => {
            for entry in std::fs::read_dir(it.database.directory.path()).unwrap() {
                bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
            }
        }
        DatabaseUrl::Postgres(_) => {
            let mut places = vec![it.database.directory.path().join("data")];
            while let Some(place) = places.pop() {
                for entry in std::fs::read_dir(place).unwrap().flatten() {
                    if entry.file_type().unwrap().is_dir() {
                        places.push(entry.path());
                    } else {
                        bytes.extend(std::fs::read(entry.path()).unwrap_or_default());
                    }
                }
            }
        }
    }
    assert!(!bytes.is_empty());
    for value in values {
        assert!(!bytes.windows(value.len()).any(|window| window == value.as_bytes()));
    }
}
