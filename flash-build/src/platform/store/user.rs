//! Accounts and their keys.

use sqlx::any::AnyRow;

use super::{Store, StoreError, name, row, token};
use crate::platform::caller::{Caller, KeyDigest, Keys, Later, Scope};
use crate::platform::ids::{EnvironmentId, UserId};
use crate::platform::secrets::Secret;

/// An account: the owner of apps, endpoints, templates and volumes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Its name, unique on the platform.
    pub name: String,
    /// SSH key that the plain client shows and sets; nothing uses it here.
    pub public_key: Option<String>,
}

impl Store {
    /// The account of this name, made when there is none.
    ///
    /// # Errors
    /// A name that can't be one; the database.
    pub async fn ensure_user(&self, name: &str) -> Result<User, StoreError> {
        let name = name::checked("a user", name)?;
        let mut writing = self.writing().await?;
        sqlx::query(
            "INSERT INTO users (id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
        )
        .bind(token::id::<String>()?)
        .bind(name)
        .bind(row::now())
        .execute(writing.connection())
        .await?;
        let found = sqlx::query("SELECT id, name, public_key FROM users WHERE name = $1")
            .bind(name)
            .fetch_one(writing.connection())
            .await?;
        writing.commit().await?;
        user(&found)
    }

    /// The account of this id.
    ///
    /// # Errors
    /// Not there; the database.
    pub async fn user(&self, id: &UserId) -> Result<User, StoreError> {
        let found = sqlx::query("SELECT id, name, public_key FROM users WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.inner.pool)
            .await?;
        user(&found.ok_or(StoreError::NotFound("user"))?)
    }

    /// Sets the SSH key of an account.
    ///
    /// # Errors
    /// Not there; the database.
    pub async fn set_public_key(&self, id: &UserId, key: &str) -> Result<User, StoreError> {
        let mut writing = self.writing().await?;
        sqlx::query("UPDATE users SET public_key = $2 WHERE id = $1")
            .bind(id.as_str())
            .bind(key)
            .execute(writing.connection())
            .await?;
        writing.commit().await?;
        self.user(id).await
    }

    /// Makes a new key of an account. This is the only time it is seen.
    ///
    /// # Errors
    /// The database.
    pub async fn create_account_key(&self, user: &UserId) -> Result<Secret, StoreError> {
        let (key, digest) = token::key("flash")?;
        self.add_account_key(user, digest).await?;
        Ok(key)
    }

    /// Accepts a key that already exists, such as the one in the data directory's file.
    ///
    /// # Errors
    /// The database.
    pub async fn add_account_key(&self, user: &UserId, digest: KeyDigest) -> Result<(), StoreError> {
        let mut writing = self.writing().await?;
        insert_key(writing.connection(), user, digest).await?;
        writing.commit().await
    }

    /// The digests of an account's keys.
    ///
    /// # Errors
    /// The database.
    pub async fn account_keys(&self, user: &UserId) -> Result<Vec<[u8; 32]>, StoreError> {
        let rows = sqlx::query("SELECT digest FROM account_keys WHERE user_id = $1 ORDER BY digest")
            .bind(user.as_str())
            .fetch_all(&self.inner.pool)
            .await?;
        rows.iter()
            .map(|found| {
                let digits: String = row::text(found, "digest")?;
                let bytes = token::bytes(&digits).and_then(|bytes| bytes.try_into().ok());
                bytes.ok_or_else(|| StoreError::Row("digest", "it isn't 32 bytes".into()))
            })
            .collect()
    }

    /// Whom a key belongs to: an account, or the workers of an environment. None when nobody's.
    ///
    /// The lookup is by the digest's equality in an index: what its time tells is about SHA-256 values, from which
    /// no key follows.
    ///
    /// # Errors
    /// The database.
    pub async fn caller_of(&self, digest: KeyDigest) -> Result<Option<Caller>, StoreError> {
        let found = sqlx::query(
            "SELECT user_id, NULL AS environment_id FROM account_keys WHERE digest = $1 \
             UNION ALL SELECT apps.user_id, environments.id FROM environments \
             JOIN apps ON apps.id = environments.app_id WHERE environments.worker_key_digest = $1",
        )
        .bind(token::hex(digest.bytes()))
        .fetch_optional(&self.inner.pool)
        .await?;
        let Some(found) = found else { return Ok(None) };
        let scope = row::optional(&found, "environment_id")?
            .map_or(Scope::Account, |id: String| Scope::Environment(EnvironmentId::from(id)));
        Ok(Some(Caller { user: row::text(&found, "user_id")?, scope }))
    }
}

/// A key whose owner can't be looked up is nobody's.
impl Keys for Store {
    fn caller<'a>(&'a self, key: &'a str) -> Later<'a, Option<Caller>> {
        Box::pin(async move { self.caller_of(KeyDigest::of(key)).await.ok().flatten() })
    }
}

pub(super) async fn insert_key(
    connection: &mut sqlx::AnyConnection,
    user: &UserId,
    digest: KeyDigest,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO account_keys (digest, user_id, created_at) VALUES ($1, $2, $3) ON CONFLICT (digest) DO NOTHING",
    )
    .bind(token::hex(digest.bytes()))
    .bind(user.as_str())
    .bind(row::now())
    .execute(connection)
    .await?;
    Ok(())
}

fn user(found: &AnyRow) -> Result<User, StoreError> {
    Ok(User {
        id: row::text(found, "id")?,
        name: row::text(found, "name")?,
        public_key: row::optional(found, "public_key")?,
    })
}
