//! Opening and upgrading the database.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{AnyConnection, Connection, Executor};

use super::{DatabaseUrl, Inner, Store, StoreError};
use crate::platform::secrets::Safe;

static MIGRATIONS: Migrator = sqlx::migrate!("src/platform/store/migrations");

const CONNECTIONS: u32 = 8;
/// A server that doesn't answer within this time is as good as down.
const PATIENCE: Duration = Duration::from_secs(10);

/// `FULL` and not `NORMAL`: in WAL mode a killed process loses nothing with either, a power cut loses nothing with
/// `FULL` only, and a control plane writes too seldom for the extra fsync to show.
const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
    PRAGMA busy_timeout = 30000; PRAGMA foreign_keys = ON;";

impl Store {
    /// Opens the database, makes its tables or upgrades them. Values are sealed in this safe.
    ///
    /// # Errors
    /// Damaged, newer than this program, or out of reach.
    pub async fn open(url: &DatabaseUrl, safe: Safe) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let options = url
            .for_driver()
            .ok_or_else(|| unreachable(url, "its name is not UTF-8".to_owned()))
            .and_then(|text| AnyConnectOptions::from_str(&text).map_err(|error| failed(url, &error)))?;
        // One plain connection first: the pool would repeat a refused connection until its time is up, and then
        // report the time instead of the refusal.
        let connect = AnyConnection::connect_with(&options);
        let mut connection = tokio::time::timeout(PATIENCE, connect)
            .await
            .map_err(|_| unreachable(url, format!("no answer within {} s", PATIENCE.as_secs())))?
            .map_err(|error| failed(url, &error))?;
        if matches!(url, DatabaseUrl::Sqlite(_)) {
            connection.execute(PRAGMAS).await.map_err(|error| failed(url, &error))?;
            sound(url, &mut connection).await?;
        }
        MIGRATIONS.run(&mut connection).await.map_err(|error| not_upgraded(url, error))?;
        connection.close().await.map_err(|error| failed(url, &error))?;

        let sqlite = matches!(url, DatabaseUrl::Sqlite(_));
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if sqlite {
                        connection.execute(PRAGMAS).await?;
                    }
                    Ok(())
                })
            })
            // After a full disk SQLite has ended the transaction itself, and the driver counts it as open for ever.
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .connect_lazy_with(options);
        let inner = Inner { url: url.clone(), pool, safe, turn: tokio::sync::Mutex::new(()) };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Ends all connections; a SQLite file is whole without its `-wal` afterwards.
    pub async fn close(&self) {
        self.inner.pool.close().await;
    }
}

async fn sound(url: &DatabaseUrl, connection: &mut AnyConnection) -> Result<(), StoreError> {
    let found: Option<String> = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_optional(connection)
        .await
        .map_err(|error| failed(url, &error))?;
    match found {
        Some(text) if text != "ok" => Err(StoreError::Damaged { database: url.to_string(), reason: text }),
        _ => Ok(()),
    }
}

fn not_upgraded(url: &DatabaseUrl, error: MigrateError) -> StoreError {
    let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default();
    match error {
        MigrateError::VersionMissing(found) => StoreError::Newer { database: url.to_string(), found, known },
        MigrateError::VersionMismatch(version) | MigrateError::Dirty(version) => StoreError::Damaged {
            database: url.to_string(),
            reason: format!("its tables of schema {version} are not the ones of this program"),
        },
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => failed(url, &error),
        other => unreachable(url, other.to_string()),
    }
}

/// SQLite tells by code 11 that pages are damaged and by 26 that the file is something else.
fn failed(url: &DatabaseUrl, error: &sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(|error| error.code().map(|code| code.into_owned()));
    match (url, code.as_deref()) {
        (DatabaseUrl::Sqlite(_), Some("11" | "26" | "267" | "523" | "779")) => {
            StoreError::Damaged { database: url.to_string(), reason: error.to_string() }
        }
        _ => unreachable(url, error.to_string()),
    }
}

fn unreachable(url: &DatabaseUrl, reason: String) -> StoreError {
    let advice = match url {
        DatabaseUrl::Sqlite(_) => "check that its directory exists, is yours to write, and has space left",
        DatabaseUrl::Postgres(_) => {
            "check that the server runs and that user, password and database of the URL are right"
        }
    };
    StoreError::Unreachable { database: url.to_string(), reason, advice }
}
