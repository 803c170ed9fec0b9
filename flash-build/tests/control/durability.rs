//! What was acknowledged is there, however the process ends.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use flash_build::platform::secrets::Safe;
use flash_build::platform::store::{DatabaseUrl, Store};

use crate::database::Database;

const FILE: &str = "CONTROL_TEST_DATABASE";

/// The process that is killed: says each name once its row is acknowledged.
#[tokio::test]
#[ignore = "it is the process that `a_killed_writer_loses_nothing` kills"]
async fn writer() {
    let Some(path) = std::env::var_os(FILE) else { return };
    let store = Store::open(&DatabaseUrl::Sqlite(path.into()), Safe::new(&[7; 32])).await.unwrap();
    let user = store.ensure_user("local").await.unwrap().id;
    for number in store.apps(&user).await.unwrap().len().. {
        let app = store.create_app(&user, &format!("app-{number:05}")).await.unwrap();
        store.create_environment(&user, &app.id, "production").await.unwrap();
        println!("done {}", app.name);
    }
}

#[tokio::test]
async fn a_killed_writer_loses_nothing() {
    let database = Database::sqlite();
    let DatabaseUrl::Sqlite(path) = &database.url else { unreachable!() };
    let mut acknowledged = Vec::new();
    for round in 1..=10 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "durability::writer"])
            .env(FILE, path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let done =
            lines.map_while(Result::ok).filter_map(|line| Some(line.split_once("done ")?.1.to_owned()));
        acknowledged.extend(done.take(7 * round));
        // SIGKILL, in the middle of the next write.
        child.kill().unwrap();
        child.wait().unwrap();
        let store = Store::open(&database.url, Safe::new(&[7; 32])).await.unwrap();
        let user = store.ensure_user("local").await.unwrap().id;
        let apps = store.apps(&user).await.unwrap();
        for name in &acknowledged {
            let app = apps.iter().find(|app| app.name == *name).unwrap_or_else(|| panic!("{name} is lost"));
            assert_eq!(store.environments(&app.id).await.unwrap().len(), 1, "{name}");
        }
        store.close().await;
    }
    assert_eq!(acknowledged.len(), 7 * 55);
}
