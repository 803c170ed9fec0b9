//! Network volumes: rows only, nothing is mounted on one machine.

use sqlx::any::AnyRow;

use super::{Store, StoreError, environment, name, row, token};
use crate::platform::ids::{EnvironmentId, UserId};

const COLUMNS: &str = "SELECT id, environment_id, name, size_gb, data_center_id FROM network_volumes";

/// A network volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkVolume {
    /// Its id.
    pub id: String,
    /// The environment it was added to.
    pub environment: Option<EnvironmentId>,
    /// Its name.
    pub name: String,
    /// Its size in GB.
    pub size_gb: i64,
    /// Where it would lie.
    pub data_center: String,
}

impl Store {
    /// Makes a volume.
    ///
    /// # Errors
    /// Name, size or data center out of range; the database.
    pub async fn create_network_volume(
        &self,
        user: &UserId,
        name: &str,
        size_gb: i64,
        data_center: &str,
    ) -> Result<NetworkVolume, StoreError> {
        let name = name::checked("a network volume", name)?;
        let data_center = name::checked("a data center", data_center)?;
        if !(1..=4096).contains(&size_gb) {
            return Err(StoreError::invalid(format!("a network volume has 1 to 4096 GB, not {size_gb}")));
        }
        let volume = NetworkVolume {
            id: token::id()?,
            environment: None,
            name: name.to_owned(),
            size_gb,
            data_center: data_center.to_owned(),
        };
        let mut writing = self.writing().await?;
        sqlx::query(
            "INSERT INTO network_volumes (id, user_id, name, size_gb, data_center_id, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(volume.id.as_str())
        .bind(user.as_str())
        .bind(name)
        .bind(size_gb)
        .bind(data_center)
        .bind(row::now())
        .execute(writing.connection())
        .await?;
        writing.commit().await?;
        Ok(volume)
    }

    /// All volumes of an account, by name.
    ///
    /// # Errors
    /// The database.
    pub async fn network_volumes(&self, user: &UserId) -> Result<Vec<NetworkVolume>, StoreError> {
        let query = format!("{COLUMNS} WHERE user_id = $1 ORDER BY name, id");
        let rows =
            sqlx::query(sqlx::AssertSqlSafe(query)).bind(user.as_str()).fetch_all(&self.inner.pool).await?;
        rows.iter().map(volume).collect()
    }

    /// A volume of this account.
    ///
    /// # Errors
    /// Not there, or somebody else's; the database.
    pub async fn network_volume(&self, user: &UserId, id: &str) -> Result<NetworkVolume, StoreError> {
        let query = format!("{COLUMNS} WHERE user_id = $1 AND id = $2");
        let found = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(user.as_str())
            .bind(id)
            .fetch_optional(&self.inner.pool)
            .await?;
        volume(&found.ok_or(StoreError::NotFound("network volume"))?)
    }

    /// Deletes a volume.
    ///
    /// # Errors
    /// Not there, or somebody else's; the database.
    pub async fn delete_network_volume(&self, user: &UserId, id: &str) -> Result<(), StoreError> {
        let mut writing = self.writing().await?;
        let done = sqlx::query("DELETE FROM network_volumes WHERE user_id = $1 AND id = $2")
            .bind(user.as_str())
            .bind(id)
            .execute(writing.connection())
            .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("network volume"));
        }
        writing.commit().await
    }

    /// Adds a volume to an environment.
    ///
    /// # Errors
    /// Either not there, or somebody else's; the database.
    pub async fn add_network_volume(
        &self,
        user: &UserId,
        id: &str,
        environment: &EnvironmentId,
    ) -> Result<NetworkVolume, StoreError> {
        let mut writing = self.writing().await?;
        environment::find(writing.connection(), user, environment).await?;
        let done =
            sqlx::query("UPDATE network_volumes SET environment_id = $3 WHERE user_id = $1 AND id = $2")
                .bind(user.as_str())
                .bind(id)
                .bind(environment.as_str())
                .execute(writing.connection())
                .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("network volume"));
        }
        writing.commit().await?;
        self.network_volume(user, id).await
    }
}

fn volume(found: &AnyRow) -> Result<NetworkVolume, StoreError> {
    Ok(NetworkVolume {
        id: row::text(found, "id")?,
        environment: row::optional(found, "environment_id")?,
        name: row::text(found, "name")?,
        size_gb: row::integer(found, "size_gb")?,
        data_center: row::text(found, "data_center_id")?,
    })
}
