//! Secrets of an environment: sealed, and read by nobody but its workers' start.

use super::{Store, StoreError, environment, row};
use crate::platform::ids::{EnvironmentId, UserId};
use crate::platform::secrets::Secret;

/// That a secret exists; its value is never read back by a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretName {
    /// The name under which `secrets` of a resource asks for it.
    pub name: String,
    /// When it was last set.
    pub changed_at: String,
}

impl Store {
    /// Sets a secret and raises the generation of the environment's endpoints, so that their workers get it.
    ///
    /// # Errors
    /// No such environment; a name that can't be a variable's; the database.
    pub async fn set_secret(
        &self,
        user: &UserId,
        id: &EnvironmentId,
        name: &str,
        value: &Secret,
    ) -> Result<SecretName, StoreError> {
        let first = name.chars().next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
        if !first || name.len() > 200 || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(StoreError::invalid(
                "a secret's name has letters, digits and `_`, and begins with no digit",
            ));
        }
        if value.reveal().contains('\0') {
            return Err(StoreError::invalid(format!("the secret {name} has a NUL character")));
        }
        let sealed = row::seal(&self.inner.safe, &place(id, name), value)?;
        let changed_at = row::now();
        let mut writing = self.writing().await?;
        environment::find(writing.connection(), user, id).await?;
        sqlx::query(
            "INSERT INTO secrets (environment_id, name, value, changed_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (environment_id, name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at",
        )
        .bind(id.as_str())
        .bind(name)
        .bind(sealed)
        .bind(changed_at.as_str())
        .execute(writing.connection())
        .await?;
        roll(writing.connection(), id).await?;
        writing.commit().await?;
        Ok(SecretName { name: name.to_owned(), changed_at })
    }

    /// Forgets a secret and raises the generation of the environment's endpoints.
    ///
    /// # Errors
    /// Either not there; the database.
    pub async fn delete_secret(
        &self,
        user: &UserId,
        id: &EnvironmentId,
        name: &str,
    ) -> Result<(), StoreError> {
        let mut writing = self.writing().await?;
        environment::find(writing.connection(), user, id).await?;
        let done = sqlx::query("DELETE FROM secrets WHERE environment_id = $1 AND name = $2")
            .bind(id.as_str())
            .bind(name)
            .execute(writing.connection())
            .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("secret"));
        }
        roll(writing.connection(), id).await?;
        writing.commit().await
    }

    /// The names of an environment's secrets.
    ///
    /// # Errors
    /// The database.
    pub async fn secret_names(&self, id: &EnvironmentId) -> Result<Vec<SecretName>, StoreError> {
        let rows =
            sqlx::query("SELECT name, changed_at FROM secrets WHERE environment_id = $1 ORDER BY name")
                .bind(id.as_str())
                .fetch_all(&self.inner.pool)
                .await?;
        rows.iter()
            .map(|found| {
                Ok(SecretName {
                    name: row::text(found, "name")?,
                    changed_at: row::text(found, "changed_at")?,
                })
            })
            .collect()
    }

    /// The value of a secret, for a worker's environment.
    ///
    /// # Errors
    /// Sealed under another key; the database.
    pub async fn secret(&self, id: &EnvironmentId, name: &str) -> Result<Option<Secret>, StoreError> {
        let found = sqlx::query("SELECT value FROM secrets WHERE environment_id = $1 AND name = $2")
            .bind(id.as_str())
            .bind(name)
            .fetch_optional(&self.inner.pool)
            .await?;
        found.map(|found| row::sealed(&found, "value", &self.inner.safe, &place(id, name))).transpose()
    }
}

async fn roll(connection: &mut sqlx::AnyConnection, id: &EnvironmentId) -> Result<(), StoreError> {
    sqlx::query("UPDATE endpoints SET generation = generation + 1 WHERE environment_id = $1")
        .bind(id.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

fn place(id: &EnvironmentId, name: &str) -> String {
    format!("environment/{id}/secret/{name}")
}
