//! Apps.

use sqlx::any::AnyRow;

use super::{Store, StoreError, endpoint, name, row, token};
use crate::platform::ids::{AppId, EndpointId, UserId};

const COLUMNS: &str = "SELECT id, user_id, name, created_at FROM apps";

/// An application: a name with environments and builds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its id.
    pub id: AppId,
    /// Whose it is.
    pub user: UserId,
    /// Its name, unique in the account.
    pub name: String,
    /// When it was made.
    pub created_at: String,
}

impl Store {
    /// Makes an app.
    ///
    /// # Errors
    /// The name is taken or can't be one; the database.
    pub async fn create_app(&self, user: &UserId, name: &str) -> Result<App, StoreError> {
        let name = name::checked("an app", name)?;
        let app = App { id: token::id()?, user: user.clone(), name: name.to_owned(), created_at: row::now() };
        let mut writing = self.writing().await?;
        let done = sqlx::query(
            "INSERT INTO apps (id, user_id, name, created_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (user_id, name) DO NOTHING",
        )
        .bind(app.id.as_str())
        .bind(app.user.as_str())
        .bind(app.name.as_str())
        .bind(app.created_at.as_str())
        .execute(writing.connection())
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::Exists(format!("an app named `{name}` already exists")));
        }
        writing.commit().await?;
        Ok(app)
    }

    /// All apps of an account, by name.
    ///
    /// # Errors
    /// The database.
    pub async fn apps(&self, user: &UserId) -> Result<Vec<App>, StoreError> {
        let query = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE user_id = $1 ORDER BY name"));
        let rows = sqlx::query(query).bind(user.as_str()).fetch_all(&self.inner.pool).await?;
        rows.iter().map(app).collect()
    }

    /// An app of this account.
    ///
    /// # Errors
    /// Not there, or somebody else's; the database.
    pub async fn app(&self, user: &UserId, id: &AppId) -> Result<App, StoreError> {
        let query = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE user_id = $1 AND id = $2"));
        let found =
            sqlx::query(query).bind(user.as_str()).bind(id.as_str()).fetch_optional(&self.inner.pool).await?;
        app(&found.ok_or(StoreError::NotFound("flash app"))?)
    }

    /// An app of this account, by name.
    ///
    /// # Errors
    /// Not there; the database.
    pub async fn app_by_name(&self, user: &UserId, name: &str) -> Result<App, StoreError> {
        let query = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE user_id = $1 AND name = $2"));
        let found =
            sqlx::query(query).bind(user.as_str()).bind(name).fetch_optional(&self.inner.pool).await?;
        app(&found.ok_or(StoreError::NotFound("flash app"))?)
    }

    /// Deletes an app with its environments, endpoints and builds. Answers the endpoints that were there.
    ///
    /// # Errors
    /// Not there, or somebody else's; the database.
    pub async fn delete_app(&self, user: &UserId, id: &AppId) -> Result<Vec<EndpointId>, StoreError> {
        let mut writing = self.writing().await?;
        let owned = sqlx::query("SELECT id FROM apps WHERE user_id = $1 AND id = $2")
            .bind(user.as_str())
            .bind(id.as_str())
            .fetch_optional(writing.connection())
            .await?;
        owned.ok_or(StoreError::NotFound("flash app"))?;
        let environments = sqlx::query("SELECT id FROM environments WHERE app_id = $1")
            .bind(id.as_str())
            .fetch_all(writing.connection())
            .await?;
        let mut gone = Vec::new();
        for found in &environments {
            let environment: String = row::text(found, "id")?;
            gone.extend(endpoint::delete_of_environment(writing.connection(), &environment).await?);
        }
        // Environments name their active build, so they go before the builds.
        for statement in ["DELETE FROM environments WHERE app_id = $1", "DELETE FROM apps WHERE id = $1"] {
            sqlx::query(statement).bind(id.as_str()).execute(writing.connection()).await?;
        }
        writing.commit().await?;
        Ok(gone)
    }
}

fn app(found: &AnyRow) -> Result<App, StoreError> {
    Ok(App {
        id: row::text(found, "id")?,
        user: row::text(found, "user_id")?,
        name: row::text(found, "name")?,
        created_at: row::text(found, "created_at")?,
    })
}
