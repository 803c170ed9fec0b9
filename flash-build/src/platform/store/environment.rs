//! Environments of an app, and which build is active in them.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{Store, StoreError, build, endpoint, name, row, token};
use crate::platform::ids::{AppId, BuildId, EndpointId, EnvironmentId, UserId};
use crate::platform::secrets::{Safe, Secret};
use crate::platform::state;

const COLUMNS: &str = "SELECT environments.id, app_id, environments.name, state, active_build_id, revision, \
    environments.created_at, apps.user_id FROM environments JOIN apps ON apps.id = environments.app_id";

/// An environment, such as `production`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Its id.
    pub id: EnvironmentId,
    /// The app it belongs to.
    pub app: AppId,
    /// Whose it is.
    pub user: UserId,
    /// Its name, unique in the app.
    pub name: String,
    /// What is going on there.
    pub state: EnvironmentState,
    /// The build that runs.
    pub active_build: Option<BuildId>,
    /// Rises with every activation and with every change of the active build's manifest, never falls.
    pub revision: i64,
    /// When it was made.
    pub created_at: String,
}

/// What is going on in an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
#[graphql(rename_items = "SCREAMING_SNAKE_CASE", name = "FlashEnvironmentState")]
pub enum EnvironmentState {
    /// Nothing was activated yet.
    Pending,
    /// A deploy is under way.
    Deploying,
    /// A build is active.
    Deployed,
    /// The last deploy failed.
    Failed,
    /// It is being deleted.
    Deleting,
    /// What clients of early 2026 write for deployed.
    Healthy,
}

const STATES: [(EnvironmentState, &str); 6] = [
    (EnvironmentState::Pending, "PENDING"),
    (EnvironmentState::Deploying, "DEPLOYING"),
    (EnvironmentState::Deployed, "DEPLOYED"),
    (EnvironmentState::Failed, "FAILED"),
    (EnvironmentState::Deleting, "DELETING"),
    (EnvironmentState::Healthy, "HEALTHY"),
];

impl EnvironmentState {
    /// As it stands on the wire and in rows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        STATES.iter().find(|(state, _)| *state == self).map_or("PENDING", |(_, text)| text)
    }
}

impl Store {
    /// Makes an environment with its worker key.
    ///
    /// # Errors
    /// No such app; the name is taken or can't be one; the database.
    pub async fn create_environment(
        &self,
        user: &UserId,
        app: &AppId,
        name: &str,
    ) -> Result<Environment, StoreError> {
        let name = name::checked("an environment", name)?;
        self.app(user, app).await?;
        let id: EnvironmentId = token::id()?;
        let (key, digest) = token::key("worker")?;
        let mut writing = self.writing().await?;
        let done = sqlx::query(
            "INSERT INTO environments (id, app_id, name, state, revision, worker_key, worker_key_digest, created_at) \
             SELECT $1, apps.id, $3, 'PENDING', 0, $4, $5, $6 FROM apps WHERE apps.id = $2 \
             ON CONFLICT (app_id, name) DO NOTHING",
        )
        .bind(id.as_str())
        .bind(app.as_str())
        .bind(name)
        .bind(row::seal(&self.inner.safe, &place(&id), &key)?)
        .bind(token::hex(digest.bytes()))
        .bind(row::now())
        .execute(writing.connection())
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::Exists(format!(
                "an environment named `{name}` already exists in this app"
            )));
        }
        writing.commit().await?;
        self.environment(user, &id).await
    }

    /// An environment of this account.
    ///
    /// # Errors
    /// Not there, or somebody else's; the database.
    pub async fn environment(&self, user: &UserId, id: &EnvironmentId) -> Result<Environment, StoreError> {
        let mut connection = self.inner.pool.acquire().await?;
        find(&mut connection, user, id).await
    }

    /// An environment of an app, by name.
    ///
    /// # Errors
    /// Not there, or somebody else's; the database.
    pub async fn environment_by_name(
        &self,
        user: &UserId,
        app: &AppId,
        name: &str,
    ) -> Result<Environment, StoreError> {
        let query = format!("{COLUMNS} WHERE apps.user_id = $1 AND app_id = $2 AND environments.name = $3");
        let found = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(user.as_str())
            .bind(app.as_str())
            .bind(name)
            .fetch_optional(&self.inner.pool)
            .await?;
        environment(&found.ok_or(StoreError::NotFound("flash environment"))?)
    }

    /// All environments of an app, the oldest first.
    ///
    /// # Errors
    /// The database.
    pub async fn environments(&self, app: &AppId) -> Result<Vec<Environment>, StoreError> {
        let query =
            format!("{COLUMNS} WHERE app_id = $1 ORDER BY environments.created_at, environments.name");
        let rows =
            sqlx::query(sqlx::AssertSqlSafe(query)).bind(app.as_str()).fetch_all(&self.inner.pool).await?;
        rows.iter().map(environment).collect()
    }

    /// Sets the state as a client reports it.
    ///
    /// # Errors
    /// Not there, or somebody else's; the database.
    pub async fn set_environment_state(
        &self,
        user: &UserId,
        id: &EnvironmentId,
        state: EnvironmentState,
    ) -> Result<Environment, StoreError> {
        let mut writing = self.writing().await?;
        let mut environment = find(writing.connection(), user, id).await?;
        sqlx::query("UPDATE environments SET state = $2 WHERE id = $1")
            .bind(id.as_str())
            .bind(state.as_str())
            .execute(writing.connection())
            .await?;
        writing.commit().await?;
        environment.state = state;
        Ok(environment)
    }

    /// Makes a build the active one: carries the deployment state of the former one forward, raises the revision, and
    /// raises the generation of every endpoint, so that its workers are replaced. Of the active build, nothing changes.
    ///
    /// # Errors
    /// Environment or build not there or somebody else's; the build of another app, or active elsewhere; the database.
    pub async fn activate(
        &self,
        user: &UserId,
        id: &EnvironmentId,
        build: &BuildId,
    ) -> Result<Environment, StoreError> {
        let mut writing = self.writing().await?;
        let environment = find(writing.connection(), user, id).await?;
        let mut next = build::find(writing.connection(), user, build).await?;
        if next.app != environment.app {
            return Err(StoreError::NotFound("flash build"));
        }
        if environment.active_build.as_ref() == Some(build) {
            return Ok(environment);
        }
        let elsewhere = sqlx::query("SELECT name FROM environments WHERE active_build_id = $1")
            .bind(build.as_str())
            .fetch_optional(writing.connection())
            .await?;
        if let Some(elsewhere) = elsewhere {
            let name: String = row::text(&elsewhere, "name")?;
            return Err(StoreError::invalid(format!(
                "build {build} is active in environment `{name}`, and a build's manifest holds the deployment state of \
                 one environment; finalise its object key again and deploy the build that this makes"
            )));
        }
        let active = match &environment.active_build {
            Some(active) => Some(build::find(writing.connection(), user, active).await?),
            None => None,
        };
        if let Some(active) = active {
            state::carry_forward(&active.manifest, &mut next.manifest);
        }
        let revision = environment.revision.max(next.revision) + 1;
        build::write(writing.connection(), build, &next.manifest, revision).await?;
        for (statement, argument) in [
            (
                "UPDATE environments SET active_build_id = $2, revision = $3, state = 'DEPLOYED' WHERE id = $1",
                true,
            ),
            ("UPDATE endpoints SET generation = generation + 1 WHERE environment_id = $1", false),
        ] {
            let mut query = sqlx::query(statement).bind(id.as_str());
            if argument {
                query = query.bind(build.as_str()).bind(revision);
            }
            query.execute(writing.connection()).await?;
        }
        let environment = find(writing.connection(), user, id).await?;
        writing.commit().await?;
        Ok(environment)
    }

    /// Deletes an environment with its endpoints. Answers the endpoints that were there.
    ///
    /// # Errors
    /// Not there, or somebody else's; the database.
    pub async fn delete_environment(
        &self,
        user: &UserId,
        id: &EnvironmentId,
    ) -> Result<Vec<EndpointId>, StoreError> {
        let mut writing = self.writing().await?;
        find(writing.connection(), user, id).await?;
        let gone = endpoint::delete_of_environment(writing.connection(), id.as_str()).await?;
        sqlx::query("DELETE FROM environments WHERE id = $1")
            .bind(id.as_str())
            .execute(writing.connection())
            .await?;
        writing.commit().await?;
        Ok(gone)
    }

    /// The key that the environment's workers show.
    ///
    /// # Errors
    /// Not there; sealed under another key; the database.
    pub async fn worker_key(&self, id: &EnvironmentId) -> Result<Secret, StoreError> {
        let found = sqlx::query("SELECT worker_key FROM environments WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.inner.pool)
            .await?;
        worker_key(&found.ok_or(StoreError::NotFound("flash environment"))?, &self.inner.safe, id)
    }
}

pub(super) async fn find(
    connection: &mut AnyConnection,
    user: &UserId,
    id: &EnvironmentId,
) -> Result<Environment, StoreError> {
    let query = format!("{COLUMNS} WHERE apps.user_id = $1 AND environments.id = $2");
    let found = sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(user.as_str())
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    environment(&found.ok_or(StoreError::NotFound("flash environment"))?)
}

fn environment(found: &AnyRow) -> Result<Environment, StoreError> {
    let state: String = row::text(found, "state")?;
    let state = STATES
        .iter()
        .find(|(_, text)| *text == state)
        .ok_or_else(|| StoreError::Row("state", format!("`{state}` is none")))?;
    Ok(Environment {
        id: row::text(found, "id")?,
        app: row::text(found, "app_id")?,
        user: row::text(found, "user_id")?,
        name: row::text(found, "name")?,
        state: state.0,
        active_build: row::optional(found, "active_build_id")?,
        revision: row::integer(found, "revision")?,
        created_at: row::text(found, "created_at")?,
    })
}

fn worker_key(found: &AnyRow, safe: &Safe, id: &EnvironmentId) -> Result<Secret, StoreError> {
    row::sealed(found, "worker_key", safe, &place(id))
}

fn place(id: &EnvironmentId) -> String {
    format!("environment/{id}/worker_key")
}
