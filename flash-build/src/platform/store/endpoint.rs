//! Endpoints.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::endpoint_settings::EndpointType;
use super::template::{self, Changed};
use super::{EndpointSettings, SaveTemplate, Store, StoreError, environment, name, row, token};
use crate::platform::ids::{EndpointId, EnvironmentId, TemplateId, UserId};
use crate::platform::secrets::{Safe, Secret};

const COLUMNS: &str = "SELECT id, user_id, environment_id, template_id, name, settings, version, generation, ai_key, \
    created_at FROM endpoints";

/// An endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// Whose it is.
    pub user: UserId,
    /// Where it belongs.
    pub environment: Option<EnvironmentId>,
    /// Its template.
    pub template: TemplateId,
    /// Its name, unique in its environment.
    pub name: String,
    /// Its configuration.
    pub settings: EndpointSettings,
    /// Rises with structural changes, as clients know it.
    pub version: i64,
    /// Rises whenever workers have to be replaced: structure, variables, build.
    pub generation: i64,
    /// Its own key.
    pub ai_key: Secret,
    /// When it was made.
    pub created_at: String,
}

/// What a client says of an endpoint.
pub struct SaveEndpoint<'a> {
    /// Update this one.
    pub id: Option<EndpointId>,
    /// Its name; required for a new one.
    pub name: Option<String>,
    /// Where it belongs.
    pub environment: Option<EnvironmentId>,
    /// Its template.
    pub template: TemplateChoice,
    /// The new configuration, made of the stored one if there is any.
    pub settings: &'a (dyn Fn(Option<EndpointSettings>) -> EndpointSettings + Sync),
}

/// Which template an endpoint gets.
#[derive(Debug, Clone)]
pub enum TemplateChoice {
    /// The one it has.
    Keep,
    /// An existing one.
    Existing(TemplateId),
    /// One of its own, that ends with it.
    Own(Box<SaveTemplate>),
}

impl Store {
    /// Makes or changes an endpoint. A second creation of one name in one environment changes the first's result
    /// instead, so that a repeated request doubles nothing. What changes nothing writes nothing.
    ///
    /// # Errors
    /// Endpoint, environment, template or volume not there or somebody else's; values out of range; the name is taken;
    /// the database.
    pub async fn save_endpoint(&self, user: &UserId, save: SaveEndpoint<'_>) -> Result<Endpoint, StoreError> {
        let mut writing = self.writing().await?;
        let connection = writing.connection();
        if let Some(id) = &save.environment {
            environment::find(connection, user, id).await?;
        }
        let existing = match (&save.id, &save.environment, &save.name) {
            (Some(id), ..) => Some(find(connection, &self.inner.safe, user, id).await?),
            (None, Some(environment), Some(name)) => {
                by_name(connection, &self.inner.safe, environment, name).await?
            }
            _ => None,
        };
        let settings = (save.settings)(existing.as_ref().map(|known| known.settings.clone())).checked()?;
        let volumes = settings.network_volume_id.iter().chain(&settings.network_volume_ids);
        for volume in volumes {
            sqlx::query("SELECT id FROM network_volumes WHERE user_id = $1 AND id = $2")
                .bind(user.as_str())
                .bind(volume.as_str())
                .fetch_optional(&mut *connection)
                .await?
                .ok_or(StoreError::NotFound("network volume"))?;
        }
        let id = match existing {
            Some(known) => change(connection, &self.inner.safe, user, known, &save, &settings).await?,
            None => create(connection, &self.inner.safe, user, &save, &settings).await?,
        };
        let endpoint = find(connection, &self.inner.safe, user, &id).await?;
        writing.commit().await?;
        Ok(endpoint)
    }

    /// An endpoint of this account.
    ///
    /// # Errors
    /// Not there, or somebody else's; the database.
    pub async fn endpoint(&self, user: &UserId, id: &EndpointId) -> Result<Endpoint, StoreError> {
        let mut connection = self.inner.pool.acquire().await?;
        find(&mut connection, &self.inner.safe, user, id).await
    }

    /// All endpoints of an account, by name.
    ///
    /// # Errors
    /// The database.
    pub async fn endpoints(&self, user: &UserId) -> Result<Vec<Endpoint>, StoreError> {
        self.endpoints_where("user_id", user.as_str()).await
    }

    /// All endpoints of an environment, by name.
    ///
    /// # Errors
    /// The database.
    pub async fn endpoints_of(&self, environment: &EnvironmentId) -> Result<Vec<Endpoint>, StoreError> {
        self.endpoints_where("environment_id", environment.as_str()).await
    }

    /// All endpoints there are.
    ///
    /// # Errors
    /// The database.
    pub async fn all_endpoints(&self) -> Result<Vec<Endpoint>, StoreError> {
        let query = format!("{COLUMNS} ORDER BY id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(query)).fetch_all(&self.inner.pool).await?;
        rows.iter().map(|found| endpoint(found, &self.inner.safe)).collect()
    }

    /// An endpoint, whoever owns it; none when there is none.
    ///
    /// # Errors
    /// The database.
    pub async fn any_endpoint(&self, id: &EndpointId) -> Result<Option<Endpoint>, StoreError> {
        Ok(self.endpoints_where("id", id.as_str()).await?.pop())
    }

    async fn endpoints_where(&self, column: &'static str, value: &str) -> Result<Vec<Endpoint>, StoreError> {
        let query = format!("{COLUMNS} WHERE {column} = $1 ORDER BY name, id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(query)).bind(value).fetch_all(&self.inner.pool).await?;
        rows.iter().map(|found| endpoint(found, &self.inner.safe)).collect()
    }

    /// Deletes an endpoint, and its template if that is its own.
    ///
    /// # Errors
    /// Not there, or somebody else's; the database.
    pub async fn delete_endpoint(&self, user: &UserId, id: &EndpointId) -> Result<(), StoreError> {
        let mut writing = self.writing().await?;
        let endpoint = find(writing.connection(), &self.inner.safe, user, id).await?;
        delete(writing.connection(), endpoint.id.as_str(), endpoint.template.as_str()).await?;
        writing.commit().await
    }
}

async fn create(
    connection: &mut AnyConnection,
    safe: &Safe,
    user: &UserId,
    save: &SaveEndpoint<'_>,
    settings: &EndpointSettings,
) -> Result<EndpointId, StoreError> {
    let name = name::checked("an endpoint", save.name.as_deref().unwrap_or_default())?;
    let template = match &save.template {
        TemplateChoice::Keep => {
            return Err(StoreError::invalid("a new endpoint needs `template` or `templateId`"));
        }
        TemplateChoice::Existing(id) => template::find(connection, safe, user, id).await?.id,
        TemplateChoice::Own(new) => template::insert(connection, safe, user, new, true).await?,
    };
    if settings.kind == EndpointType::Lb {
        template::add_platform_variables(connection, safe, user, &template).await?;
    }
    let id: EndpointId = token::id()?;
    let (key, digest) = token::key("endpoint")?;
    sqlx::query(
        "INSERT INTO endpoints (id, user_id, environment_id, template_id, name, settings, version, generation, \
         ai_key, ai_key_digest, created_at) VALUES ($1, $2, $3, $4, $5, $6, 1, 1, $7, $8, $9)",
    )
    .bind(id.as_str())
    .bind(user.as_str())
    .bind(save.environment.as_ref().map(|id| id.as_str()))
    .bind(template.as_str())
    .bind(name)
    .bind(template::json(settings)?)
    .bind(row::seal(safe, &place(&id), &key)?)
    .bind(token::hex(digest.bytes()))
    .bind(row::now())
    .execute(connection)
    .await?;
    Ok(id)
}

async fn change(
    connection: &mut AnyConnection,
    safe: &Safe,
    user: &UserId,
    known: Endpoint,
    save: &SaveEndpoint<'_>,
    settings: &EndpointSettings,
) -> Result<EndpointId, StoreError> {
    let name = name::checked("an endpoint", save.name.as_deref().unwrap_or(&known.name))?;
    let environment = save.environment.as_ref().or(known.environment.as_ref());
    if let Some(environment) = environment
        && let Some(other) = by_name(connection, safe, environment, name).await?
        && other.id != known.id
    {
        return Err(StoreError::Exists(format!(
            "an endpoint named `{name}` already exists in this environment"
        )));
    }
    let (template, changed) = changed_template(connection, safe, user, &known, &save.template).await?;
    if settings.kind == EndpointType::Lb
        && (known.settings.kind != EndpointType::Lb || template != known.template)
    {
        template::add_platform_variables(connection, safe, user, &template).await?;
    }
    let structural = changed.image || settings.structure_differs(&known.settings);
    let moved = environment != known.environment.as_ref();
    let rolls = structural
        || changed.variables
        || moved
        || name != known.name
        || template != known.template
        || settings.kind != known.settings.kind;
    if rolls || *settings != known.settings {
        sqlx::query(
            "UPDATE endpoints SET environment_id = $2, template_id = $3, name = $4, settings = $5, \
             version = version + $6, generation = generation + $7 WHERE id = $1",
        )
        .bind(known.id.as_str())
        .bind(environment.map(|id| id.as_str()))
        .bind(template.as_str())
        .bind(name)
        .bind(template::json(settings)?)
        .bind(i64::from(structural))
        .bind(i64::from(rolls))
        .execute(connection)
        .await?;
    }
    Ok(known.id)
}

async fn changed_template(
    connection: &mut AnyConnection,
    safe: &Safe,
    user: &UserId,
    known: &Endpoint,
    choice: &TemplateChoice,
) -> Result<(TemplateId, Changed), StoreError> {
    let before = template::find(connection, safe, user, &known.template).await?;
    match choice {
        TemplateChoice::Keep => Ok((before.id, Changed::default())),
        TemplateChoice::Existing(id) if *id == before.id => Ok((before.id, Changed::default())),
        TemplateChoice::Existing(id) => {
            let after = template::find(connection, safe, user, id).await?;
            let image = after.settings.image_name != before.settings.image_name;
            Ok((after.id, Changed { image, variables: true }))
        }
        TemplateChoice::Own(new) => {
            // A repeated creation may bring a template of another generated name: the name that is there stays.
            let new = SaveTemplate { name: None, ..SaveTemplate::clone(new) };
            let changed = template::update(connection, safe, user, &before, &new).await?;
            Ok((before.id, changed))
        }
    }
}

/// Deletes all endpoints of an environment and answers which there were.
pub(super) async fn delete_of_environment(
    connection: &mut AnyConnection,
    environment: &str,
) -> Result<Vec<EndpointId>, StoreError> {
    let rows = sqlx::query("SELECT id, template_id FROM endpoints WHERE environment_id = $1")
        .bind(environment)
        .fetch_all(&mut *connection)
        .await?;
    let mut gone = Vec::with_capacity(rows.len());
    for found in &rows {
        let id: EndpointId = row::text(found, "id")?;
        delete(connection, id.as_str(), &row::text::<String>(found, "template_id")?).await?;
        gone.push(id);
    }
    Ok(gone)
}

async fn delete(connection: &mut AnyConnection, id: &str, template: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM endpoints WHERE id = $1").bind(id).execute(&mut *connection).await?;
    sqlx::query(
        "DELETE FROM templates WHERE id = $1 AND belongs_to_endpoint = 1 \
         AND NOT EXISTS (SELECT 1 FROM endpoints WHERE template_id = $1)",
    )
    .bind(template)
    .execute(connection)
    .await?;
    Ok(())
}

async fn find(
    connection: &mut AnyConnection,
    safe: &Safe,
    user: &UserId,
    id: &EndpointId,
) -> Result<Endpoint, StoreError> {
    let query = format!("{COLUMNS} WHERE user_id = $1 AND id = $2");
    let found = sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(user.as_str())
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    endpoint(&found.ok_or(StoreError::NotFound("endpoint"))?, safe)
}

async fn by_name(
    connection: &mut AnyConnection,
    safe: &Safe,
    environment: &EnvironmentId,
    name: &str,
) -> Result<Option<Endpoint>, StoreError> {
    let query = format!("{COLUMNS} WHERE environment_id = $1 AND name = $2");
    let found = sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(environment.as_str())
        .bind(name)
        .fetch_optional(connection)
        .await?;
    found.map(|found| endpoint(&found, safe)).transpose()
}

fn endpoint(found: &AnyRow, safe: &Safe) -> Result<Endpoint, StoreError> {
    let id: EndpointId = row::text(found, "id")?;
    Ok(Endpoint {
        user: row::text(found, "user_id")?,
        environment: row::optional(found, "environment_id")?,
        template: row::text(found, "template_id")?,
        name: row::text(found, "name")?,
        settings: row::document(found, "settings")?,
        version: row::integer(found, "version")?,
        generation: row::integer(found, "generation")?,
        ai_key: row::sealed(found, "ai_key", safe, &place(&id))?,
        created_at: row::text(found, "created_at")?,
        id,
    })
}

fn place(id: &EndpointId) -> String {
    format!("endpoint/{id}/ai_key")
}
