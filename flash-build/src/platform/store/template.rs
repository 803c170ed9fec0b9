//! Templates: image, start command and variables of endpoints.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{Store, StoreError, name, row, token};
use crate::platform::ids::{EndpointId, TemplateId, UserId};
use crate::platform::secrets::{Safe, Secret};

/// What stands for the value of a secret variable in answers. Sent back, it keeps the stored value.
pub const PLACEHOLDER: &str = "********";
/// What the platform puts into a load-balanced endpoint's template at its creation. A later list that leaves one out
/// would make the endpoint unreachable, so these stay.
const PLATFORM_VARIABLES: [(&str, &str); 2] = [("PORT", "80"), ("PORT_HEALTH", "80")];
/// Official clients put the account key among the variables without saying that it is a secret.
const ALWAYS_SECRET: [&str; 2] = ["RUNPOD_API_KEY", "FLASH_API_KEY"];
const MOST_VARIABLES: usize = 1000;
const MOST_BYTES: usize = 1024 * 1024;
const COLUMNS: &str = "SELECT id, name, settings, variables FROM templates";

/// A template.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// Its name, unique in the account.
    pub name: String,
    /// What runs.
    pub settings: TemplateSettings,
    /// With which variables; real values.
    pub variables: Vec<EnvironmentVariable>,
}

/// What a template says of the container, as it is stored. New fields need a default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateSettings {
    /// The image.
    pub image_name: String,
    /// Disk of the container.
    pub container_disk_in_gb: i32,
    /// Start command.
    pub docker_args: String,
    /// Open ports.
    pub ports: String,
    /// A text for people.
    pub readme: String,
    /// Disk that stays.
    pub volume_in_gb: i32,
    /// Where it is mounted.
    pub volume_mount_path: Option<String>,
    /// Whether endpoints may use it.
    pub is_serverless: bool,
    /// A registry's credentials.
    pub container_registry_auth_id: String,
    /// A script before the start.
    pub start_script: String,
    /// Kept for the client.
    pub config: Value,
}

/// A variable of a worker's environment.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentVariable {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Whether answers show [`PLACEHOLDER`] instead.
    #[serde(default)]
    pub secret: bool,
}

impl std::fmt::Debug for EnvironmentVariable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}=..", self.key)
    }
}

/// What a client says of a template; what it leaves out stays, or gets its default.
#[derive(Debug, Clone, Default)]
pub struct SaveTemplate {
    /// New name.
    pub name: Option<String>,
    /// Changes what it says of the container.
    pub settings: Option<TemplateSettings>,
    /// The new list of variables; none keeps the old one.
    pub variables: Option<Vec<EnvironmentVariable>>,
}

/// What saving a template meant for the endpoints that use it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Changed {
    pub(super) image: bool,
    pub(super) variables: bool,
}

impl Store {
    /// A template of this account.
    ///
    /// # Errors
    /// Not there, or somebody else's; the database.
    pub async fn template(&self, user: &UserId, id: &TemplateId) -> Result<Template, StoreError> {
        let mut connection = self.inner.pool.acquire().await?;
        find(&mut connection, &self.inner.safe, user, id).await
    }

    /// Makes a template.
    ///
    /// # Errors
    /// The name is taken; variables that can't be; the database.
    pub async fn create_template(&self, user: &UserId, new: &SaveTemplate) -> Result<Template, StoreError> {
        let mut writing = self.writing().await?;
        let id = insert(writing.connection(), &self.inner.safe, user, new, false).await?;
        let template = find(writing.connection(), &self.inner.safe, user, &id).await?;
        writing.commit().await?;
        Ok(template)
    }

    /// Changes a template, and rolls the endpoints that use it if image or variables change. Answers them.
    ///
    /// # Errors
    /// Not there, or somebody else's; the name is taken; variables that can't be; the database.
    pub async fn update_template(
        &self,
        user: &UserId,
        id: &TemplateId,
        change: impl FnOnce(&Template) -> SaveTemplate + Send,
    ) -> Result<(Template, Vec<EndpointId>), StoreError> {
        let mut writing = self.writing().await?;
        let before = find(writing.connection(), &self.inner.safe, user, id).await?;
        let change = change(&before);
        let changed = update(writing.connection(), &self.inner.safe, user, &before, &change).await?;
        let using = sqlx::query("SELECT id FROM endpoints WHERE template_id = $1")
            .bind(id.as_str())
            .fetch_all(writing.connection())
            .await?;
        let using: Result<Vec<EndpointId>, StoreError> =
            using.iter().map(|found| row::text(found, "id")).collect();
        let mut using = using?;
        if changed == Changed::default() {
            using.clear();
        } else {
            sqlx::query("UPDATE endpoints SET generation = generation + 1, version = version + $2 WHERE template_id = $1")
                .bind(id.as_str())
                .bind(i64::from(changed.image))
                .execute(writing.connection())
                .await?;
        }
        let template = find(writing.connection(), &self.inner.safe, user, id).await?;
        writing.commit().await?;
        Ok((template, using))
    }
}

pub(super) async fn insert(
    connection: &mut AnyConnection,
    safe: &Safe,
    user: &UserId,
    new: &SaveTemplate,
    belongs_to_endpoint: bool,
) -> Result<TemplateId, StoreError> {
    let id: TemplateId = token::id()?;
    let generated = format!("template-{id}");
    let name = name::checked("a template", new.name.as_deref().unwrap_or(&generated))?;
    let settings = new.settings.clone().unwrap_or_default();
    let variables = merged(&[], new.variables.clone().unwrap_or_default())?;
    let done = sqlx::query(
        "INSERT INTO templates (id, user_id, name, settings, variables, belongs_to_endpoint, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (user_id, name) DO NOTHING",
    )
    .bind(id.as_str())
    .bind(user.as_str())
    .bind(name)
    .bind(json(&settings)?)
    .bind(row::seal(safe, &place(&id), &Secret::new(json(&variables)?))?)
    .bind(i64::from(belongs_to_endpoint))
    .bind(row::now())
    .execute(connection)
    .await?;
    if done.rows_affected() == 0 {
        return Err(taken(name));
    }
    Ok(id)
}

pub(super) async fn update(
    connection: &mut AnyConnection,
    safe: &Safe,
    user: &UserId,
    before: &Template,
    change: &SaveTemplate,
) -> Result<Changed, StoreError> {
    let name = name::checked("a template", change.name.as_deref().unwrap_or(&before.name))?;
    let settings = change.settings.as_ref().unwrap_or(&before.settings);
    let variables = match &change.variables {
        Some(new) => merged(&before.variables, new.clone())?,
        None => before.variables.clone(),
    };
    if name != before.name {
        let other = sqlx::query("SELECT id FROM templates WHERE user_id = $1 AND name = $2")
            .bind(user.as_str())
            .bind(name)
            .fetch_optional(&mut *connection)
            .await?;
        if other.is_some() {
            return Err(taken(name));
        }
    }
    let changed = Changed {
        image: settings.image_name != before.settings.image_name,
        variables: sorted(&variables) != sorted(&before.variables),
    };
    if name != before.name || *settings != before.settings || variables != before.variables {
        sqlx::query("UPDATE templates SET name = $2, settings = $3, variables = $4 WHERE id = $1")
            .bind(before.id.as_str())
            .bind(name)
            .bind(json(settings)?)
            .bind(row::seal(safe, &place(&before.id), &Secret::new(json(&variables)?))?)
            .execute(connection)
            .await?;
    }
    Ok(changed)
}

/// Gives a template what a load-balanced endpoint needs, where it is missing.
pub(super) async fn add_platform_variables(
    connection: &mut AnyConnection,
    safe: &Safe,
    user: &UserId,
    id: &TemplateId,
) -> Result<(), StoreError> {
    let before = find(&mut *connection, safe, user, id).await?;
    let mut variables = before.variables.clone();
    for (key, value) in PLATFORM_VARIABLES {
        if variables.iter().all(|variable| variable.key != key) {
            variables.push(EnvironmentVariable { key: key.into(), value: value.into(), secret: false });
        }
    }
    let change = SaveTemplate { variables: Some(variables), ..SaveTemplate::default() };
    update(connection, safe, user, &before, &change).await.map(|_| ())
}

pub(super) async fn find(
    connection: &mut AnyConnection,
    safe: &Safe,
    user: &UserId,
    id: &TemplateId,
) -> Result<Template, StoreError> {
    let query = format!("{COLUMNS} WHERE user_id = $1 AND id = $2");
    let found = sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(user.as_str())
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    template(&found.ok_or(StoreError::NotFound("template"))?, safe)
}

/// The new list over the old one: placeholders keep their values, secrets stay secret, the platform's own stay.
fn merged(
    old: &[EnvironmentVariable],
    new: Vec<EnvironmentVariable>,
) -> Result<Vec<EnvironmentVariable>, StoreError> {
    let mut merged: Vec<EnvironmentVariable> = Vec::with_capacity(new.len());
    for mut variable in new {
        let known = old.iter().find(|known| known.key == variable.key);
        variable.secret |=
            known.is_some_and(|known| known.secret) || ALWAYS_SECRET.contains(&variable.key.as_str());
        if variable.secret && variable.value == PLACEHOLDER {
            let known = known.ok_or_else(|| {
                StoreError::invalid(format!(
                    "variable {} has the placeholder of a secret, but no value is stored for it; send the value",
                    variable.key
                ))
            })?;
            variable.value.clone_from(&known.value);
        }
        match merged.iter_mut().find(|known| known.key == variable.key) {
            Some(earlier) => *earlier = variable,
            None => merged.push(variable),
        }
    }
    for (key, _) in PLATFORM_VARIABLES {
        if let Some(kept) = old.iter().find(|known| known.key == key)
            && merged.iter().all(|variable| variable.key != key)
        {
            merged.push(kept.clone());
        }
    }
    checked(&merged)?;
    Ok(merged)
}

fn checked(variables: &[EnvironmentVariable]) -> Result<(), StoreError> {
    let wrong = variables.iter().find(|variable| {
        variable.key.is_empty() || variable.key.contains(['=', '\0']) || variable.value.contains('\0')
    });
    if let Some(wrong) = wrong {
        return Err(StoreError::invalid(format!(
            "variable `{}` can't be passed to a process: a name is not empty and has no `=`, and nothing has a NUL",
            wrong.key.escape_debug()
        )));
    }
    let bytes: usize = variables.iter().map(|variable| variable.key.len() + variable.value.len()).sum();
    if variables.len() > MOST_VARIABLES || bytes > MOST_BYTES {
        return Err(StoreError::invalid(format!(
            "a template has at most {MOST_VARIABLES} variables of {MOST_BYTES} bytes together"
        )));
    }
    Ok(())
}

fn sorted(variables: &[EnvironmentVariable]) -> Vec<(&str, &str)> {
    let mut sorted: Vec<_> = variables.iter().map(|variable| (&*variable.key, &*variable.value)).collect();
    sorted.sort_unstable();
    sorted
}

fn template(found: &AnyRow, safe: &Safe) -> Result<Template, StoreError> {
    let id: TemplateId = row::text(found, "id")?;
    let variables = row::sealed(found, "variables", safe, &place(&id))?;
    Ok(Template {
        name: row::text(found, "name")?,
        settings: row::document(found, "settings")?,
        // The error's own text would quote a value.
        variables: serde_json::from_str(variables.reveal())
            .map_err(|_| StoreError::Row("list of variables", "another version wrote it".into()))?,
        id,
    })
}

pub(super) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Row("document", error.to_string()))
}

fn taken(name: &str) -> StoreError {
    StoreError::Exists(format!("a template named `{name}` already exists; names are unique in an account"))
}

fn place(id: &TemplateId) -> String {
    format!("template/{id}/variables")
}
