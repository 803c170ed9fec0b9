//! Builds: an archive and its manifest.

use serde_json::Value;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{Store, StoreError, row, token};
use crate::platform::ids::{AppId, BuildId, UserId};

const COLUMNS: &str = "SELECT builds.id, app_id, object_key, sha256, length, manifest, revision, builds.created_at \
    FROM builds JOIN apps ON apps.id = builds.app_id";

/// An uploaded archive with its manifest, and with the deployment state that clients keep in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Build {
    /// Its id.
    pub id: BuildId,
    /// The app it belongs to.
    pub app: AppId,
    /// The archive.
    pub archive: NewBuild,
    /// The manifest, an object; null in a list of builds, where nobody wants hundreds of them.
    pub manifest: Value,
    /// Rises with every change of the manifest. Of an active build it is the environment's revision.
    pub revision: i64,
    /// When it was finalised.
    pub created_at: String,
}

/// A verified archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBuild {
    /// Its name in the artifact store.
    pub object_key: String,
    /// Its digest, lower-case hexadecimal digits.
    pub sha256: String,
    /// Its bytes.
    pub length: u64,
}

impl Store {
    /// Records a verified archive.
    ///
    /// # Errors
    /// No such app; a manifest that isn't an object; the database.
    pub async fn create_build(
        &self,
        user: &UserId,
        app: &AppId,
        archive: &NewBuild,
        manifest: &Value,
    ) -> Result<Build, StoreError> {
        let manifest_text = text(manifest)?;
        let id: BuildId = token::id()?;
        let length = i64::try_from(archive.length).unwrap_or(i64::MAX);
        let mut writing = self.writing().await?;
        let done = sqlx::query(
            "INSERT INTO builds (id, app_id, object_key, sha256, length, manifest, revision, created_at) \
             SELECT $1, apps.id, $4, $5, $6, $7, 1, $8 FROM apps WHERE apps.id = $2 AND apps.user_id = $3",
        )
        .bind(id.as_str())
        .bind(app.as_str())
        .bind(user.as_str())
        .bind(archive.object_key.as_str())
        .bind(archive.sha256.as_str())
        .bind(length)
        .bind(manifest_text)
        .bind(row::now())
        .execute(writing.connection())
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("flash app"));
        }
        let build = find(writing.connection(), user, &id).await?;
        writing.commit().await?;
        Ok(build)
    }

    /// A build of this account.
    ///
    /// # Errors
    /// Not there, or somebody else's; the database.
    pub async fn build(&self, user: &UserId, id: &BuildId) -> Result<Build, StoreError> {
        let mut connection = self.inner.pool.acquire().await?;
        find(&mut connection, user, id).await
    }

    /// All builds of an app, the newest first.
    ///
    /// # Errors
    /// The database.
    pub async fn builds(&self, app: &AppId) -> Result<Vec<Build>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, app_id, object_key, sha256, length, 'null' AS manifest, revision, created_at FROM builds \
             WHERE app_id = $1 ORDER BY created_at DESC, id",
        )
        .bind(app.as_str())
        .fetch_all(&self.inner.pool)
        .await?;
        rows.iter().map(build).collect()
    }

    /// An archive of the app that was recorded before.
    ///
    /// # Errors
    /// The database.
    pub async fn archive(&self, app: &AppId, object_key: &str) -> Result<Option<NewBuild>, StoreError> {
        let found = sqlx::query(
            "SELECT object_key, sha256, length FROM builds WHERE app_id = $1 AND object_key = $2 LIMIT 1",
        )
        .bind(app.as_str())
        .bind(object_key)
        .fetch_optional(&self.inner.pool)
        .await?;
        found.as_ref().map(archive).transpose()
    }

    /// Every archive that a build still needs, for those who clear the artifact store.
    ///
    /// # Errors
    /// The database.
    pub async fn archives(&self) -> Result<Vec<NewBuild>, StoreError> {
        let rows =
            sqlx::query("SELECT DISTINCT object_key, sha256, length FROM builds").fetch_all(&self.inner.pool);
        rows.await?.iter().map(archive).collect()
    }

    /// Replaces the manifest, completely. With an expected revision only if nobody wrote since; the revision of the
    /// environment in which the build is active rises along.
    ///
    /// # Errors
    /// Not there, or somebody else's; [`StoreError::Conflict`]; a manifest that isn't an object; the database.
    pub async fn replace_manifest(
        &self,
        user: &UserId,
        id: &BuildId,
        manifest: &Value,
        expected: Option<i64>,
    ) -> Result<Build, StoreError> {
        text(manifest)?;
        let mut writing = self.writing().await?;
        let mut build = find(writing.connection(), user, id).await?;
        if let Some(expected) = expected
            && expected != build.revision
        {
            return Err(StoreError::Conflict { expected, found: build.revision });
        }
        build.revision += 1;
        write(writing.connection(), id, manifest, build.revision).await?;
        sqlx::query("UPDATE environments SET revision = $2 WHERE active_build_id = $1")
            .bind(id.as_str())
            .bind(build.revision)
            .execute(writing.connection())
            .await?;
        writing.commit().await?;
        build.manifest = manifest.clone();
        Ok(build)
    }
}

pub(super) async fn find(
    connection: &mut AnyConnection,
    user: &UserId,
    id: &BuildId,
) -> Result<Build, StoreError> {
    let query = format!("{COLUMNS} WHERE apps.user_id = $1 AND builds.id = $2");
    let found = sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(user.as_str())
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    build(&found.ok_or(StoreError::NotFound("flash build"))?)
}

pub(super) async fn write(
    connection: &mut AnyConnection,
    id: &BuildId,
    manifest: &Value,
    revision: i64,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE builds SET manifest = $2, revision = $3 WHERE id = $1")
        .bind(id.as_str())
        .bind(text(manifest)?)
        .bind(revision)
        .execute(connection)
        .await?;
    Ok(())
}

fn text(manifest: &Value) -> Result<String, StoreError> {
    if !manifest.is_object() {
        return Err(StoreError::invalid("the manifest is not a JSON object"));
    }
    let text = manifest.to_string();
    if text.len() > flash::manifest::MAX_MANIFEST_BYTES {
        return Err(StoreError::invalid(format!(
            "the manifest has more than {} bytes",
            flash::manifest::MAX_MANIFEST_BYTES
        )));
    }
    Ok(text)
}

fn build(found: &AnyRow) -> Result<Build, StoreError> {
    Ok(Build {
        id: row::text(found, "id")?,
        app: row::text(found, "app_id")?,
        archive: archive(found)?,
        manifest: row::document(found, "manifest")?,
        revision: row::integer(found, "revision")?,
        created_at: row::text(found, "created_at")?,
    })
}

fn archive(found: &AnyRow) -> Result<NewBuild, StoreError> {
    Ok(NewBuild {
        object_key: row::text(found, "object_key")?,
        sha256: row::text(found, "sha256")?,
        length: u64::try_from(row::integer(found, "length")?).unwrap_or_default(),
    })
}
