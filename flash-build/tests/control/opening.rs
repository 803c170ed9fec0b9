//! What a database can have that keeps it from being opened.

use std::io::{Seek, SeekFrom, Write};

use flash_build::platform::caller::KeyDigest;
use flash_build::platform::secrets::Safe;
use flash_build::platform::store::{DatabaseUrl, Store, StoreError};
use sqlx::{AnyConnection, Connection, Executor};

use crate::database::Database;

fn safe() -> Safe {
    Safe::new(&[7; 32])
}

async fn error(url: &DatabaseUrl) -> StoreError {
    Store::open(url, safe()).await.expect_err("it can't be opened")
}

#[tokio::test]
async fn a_file_that_is_no_database() {
    let database = Database::sqlite();
    let DatabaseUrl::Sqlite(path) = &database.url else { unreachable!() };
    std::fs::write(path, "not a database, but long enough to be looked at. ".repeat(100)).unwrap();
    let error = error(&database.url).await;
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains(path.to_str().unwrap()) && text.contains("move it away"), "{text}");
}

#[tokio::test]
async fn a_damaged_page() {
    let database = Database::sqlite();
    let DatabaseUrl::Sqlite(path) = &database.url else { unreachable!() };
    let store = Store::open(&database.url, safe()).await.unwrap();
    let user = store.ensure_user("local").await.unwrap().id;
    for number in 0..500 {
        store.create_app(&user, &format!("app-{number}")).await.unwrap();
    }
    store.close().await;
    let mut file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(8 * 4096)).unwrap();
    file.write_all(&[0xa5; 60 * 1024]).unwrap();
    drop(file);
    let error = error(&database.url).await;
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

async fn newer(database: Database, url: String) {
    Store::open(&database.url, safe()).await.unwrap().close().await;
    let mut connection = AnyConnection::connect(&url).await.unwrap();
    connection
        .execute(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             SELECT 9999, 'later', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
        )
        .await
        .unwrap();
    connection.close().await.unwrap();
    let error = error(&database.url).await;
    assert!(matches!(error, StoreError::Newer { found: 9999, .. }), "{error}");
    assert!(error.to_string().contains("newer cargo flash"), "{error}");
}

#[tokio::test]
async fn a_newer_file() {
    let database = Database::sqlite();
    let DatabaseUrl::Sqlite(path) = &database.url else { unreachable!() };
    let url = format!("sqlite://{}", path.display());
    newer(database, url).await;
}

#[tokio::test]
async fn a_newer_server() {
    let database = Database::postgres();
    let url = format!("postgres://postgres@localhost/postgres?host={}", database.directory.path().display());
    newer(database, url).await;
}

#[tokio::test]
async fn nothing_to_reach() {
    let error_of = async |url: &str| error(&url.parse().unwrap()).await.to_string();
    let text = error_of("postgres://me:hunter2@127.0.0.1:1/flash").await;
    assert!(
        text.contains("PostgreSQL at 127.0.0.1:1/flash") && text.contains("check that the server runs"),
        "{text}"
    );
    assert!(!text.contains("hunter2"), "{text}");
    let text = error_of("sqlite:/nowhere/at/all.db").await;
    assert!(
        text.contains("/nowhere/at/all.db") && text.contains("check that its directory exists"),
        "{text}"
    );
}

async fn opened_again(database: Database) {
    let store = Store::open(&database.url, safe()).await.unwrap();
    let user = store.ensure_user("local").await.unwrap().id;
    let key = store.create_account_key(&user).await.unwrap();
    let app = store.create_app(&user, "shop").await.unwrap();
    let environment = store.create_environment(&user, &app.id, "production").await.unwrap();
    let worker = store.worker_key(&environment.id).await.unwrap();
    // Not closed: as after a kill.
    let again = Store::open(&database.url, safe()).await.unwrap();
    assert_eq!(again.ensure_user("local").await.unwrap().id, user);
    assert_eq!(again.apps(&user).await.unwrap(), [app]);
    assert_eq!(again.worker_key(&environment.id).await.unwrap(), worker);
    assert!(
        again.caller_of(KeyDigest::of(key.reveal())).await.unwrap().is_some_and(|caller| caller.is_account())
    );
    let other = Store::open(&database.url, Safe::new(&[8; 32])).await.unwrap();
    let error = other.worker_key(&environment.id).await.unwrap_err();
    assert!(matches!(error, StoreError::Sealed(_)), "{error}");
}

#[tokio::test]
async fn rows_are_there_again_on_sqlite() {
    opened_again(Database::sqlite()).await;
}

#[tokio::test]
async fn rows_are_there_again_on_postgres() {
    opened_again(Database::postgres()).await;
}
