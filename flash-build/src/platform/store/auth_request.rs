//! Logins that wait for an approval.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{Store, StoreError, row, token, user};
use crate::platform::ids::UserId;
use crate::platform::secrets::Secret;

/// As long as the official client waits.
const LIFE: TimeDelta = TimeDelta::minutes(10);
/// Anybody may ask; this many at once, so that the table stays small.
const MOST: i64 = 100;

/// A login that waits for an approval at a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthRequest {
    /// Its id.
    pub id: String,
    /// What became of it.
    pub status: AuthStatus,
    /// When it ends by itself.
    pub expires_at: String,
    /// The new account key: there once, in the first answer after the approval.
    pub api_key: Option<Secret>,
}

/// What became of a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
#[graphql(rename_items = "SCREAMING_SNAKE_CASE", name = "FlashAuthRequestStatus")]
pub enum AuthStatus {
    /// Nobody decided yet.
    Pending,
    /// Approved; the key goes out with this answer.
    Approved,
    /// Refused.
    Denied,
    /// Nobody decided in time.
    Expired,
    /// The key was handed out.
    Consumed,
}

impl AuthStatus {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Approved => "APPROVED",
            Self::Denied => "DENIED",
            Self::Expired => "EXPIRED",
            Self::Consumed => "CONSUMED",
        }
    }

    fn of(text: &str) -> Result<Self, StoreError> {
        [Self::Pending, Self::Approved, Self::Denied, Self::Expired, Self::Consumed]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| StoreError::Row("status", format!("`{text}` is none")))
    }
}

impl Store {
    /// Begins a login.
    ///
    /// # Errors
    /// Too many are pending; the database.
    pub async fn create_auth_request(&self) -> Result<AuthRequest, StoreError> {
        let now = Utc::now();
        let request = AuthRequest {
            id: token::id()?,
            status: AuthStatus::Pending,
            expires_at: row::moment(now + LIFE),
            api_key: None,
        };
        let mut writing = self.writing().await?;
        // An hour's grace, so that a late client is told `EXPIRED` or `CONSUMED` rather than `not found`.
        sqlx::query("DELETE FROM auth_requests WHERE expires_at < $1")
            .bind(row::moment(now - TimeDelta::hours(1)))
            .execute(writing.connection())
            .await?;
        let pending = sqlx::query(
            "SELECT COUNT(*) AS pending FROM auth_requests WHERE status = 'PENDING' AND expires_at > $1",
        )
        .bind(row::moment(now))
        .fetch_one(writing.connection())
        .await?;
        if row::integer(&pending, "pending")? >= MOST {
            return Err(StoreError::invalid(format!(
                "{MOST} logins wait for an approval; approve or deny one, or try again in {} minutes",
                LIFE.num_minutes()
            )));
        }
        sqlx::query("INSERT INTO auth_requests (id, status, expires_at) VALUES ($1, $2, $3)")
            .bind(request.id.as_str())
            .bind(request.status.as_str())
            .bind(request.expires_at.as_str())
            .execute(writing.connection())
            .await?;
        writing.commit().await?;
        Ok(request)
    }

    /// What became of a login. The first answer after an approval carries the key; it is forgotten then.
    ///
    /// # Errors
    /// Not there; the database.
    pub async fn poll_auth_request(&self, id: &str) -> Result<AuthRequest, StoreError> {
        let mut writing = self.writing().await?;
        let (mut request, sealed) = find(writing.connection(), id).await?;
        if request.status == AuthStatus::Approved {
            let sealed = sealed.ok_or_else(|| StoreError::Row("api_key", "it is missing".into()))?;
            request.api_key = Some(row::open(&sealed, &self.inner.safe, &place(id))?);
            set(writing.connection(), id, AuthStatus::Consumed, None).await?;
        }
        writing.commit().await?;
        Ok(request)
    }

    /// Approves a login: makes an account key of this user and keeps it sealed until the client asks.
    ///
    /// # Errors
    /// Not there, or decided already; the database.
    pub async fn approve_auth_request(&self, id: &str, user: &UserId) -> Result<(), StoreError> {
        let (key, digest) = token::key("flash")?;
        let mut writing = self.writing().await?;
        pending(writing.connection(), id).await?;
        user::insert_key(writing.connection(), user, digest).await?;
        let sealed = row::seal(&self.inner.safe, &place(id), &key)?;
        set(writing.connection(), id, AuthStatus::Approved, Some(&sealed)).await?;
        writing.commit().await
    }

    /// Refuses a login.
    ///
    /// # Errors
    /// Not there, or decided already; the database.
    pub async fn deny_auth_request(&self, id: &str) -> Result<(), StoreError> {
        let mut writing = self.writing().await?;
        pending(writing.connection(), id).await?;
        set(writing.connection(), id, AuthStatus::Denied, None).await?;
        writing.commit().await
    }
}

async fn pending(connection: &mut AnyConnection, id: &str) -> Result<(), StoreError> {
    let (request, _) = find(connection, id).await?;
    match request.status {
        AuthStatus::Pending => Ok(()),
        other => Err(StoreError::invalid(format!("the login is {} already", other.as_str().to_lowercase()))),
    }
}

async fn set(
    connection: &mut AnyConnection,
    id: &str,
    status: AuthStatus,
    sealed: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE auth_requests SET status = $2, api_key = $3 WHERE id = $1")
        .bind(id)
        .bind(status.as_str())
        .bind(sealed)
        .execute(connection)
        .await?;
    Ok(())
}

async fn find(connection: &mut AnyConnection, id: &str) -> Result<(AuthRequest, Option<String>), StoreError> {
    let found = sqlx::query("SELECT id, status, api_key, expires_at FROM auth_requests WHERE id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await?;
    request(&found.ok_or(StoreError::NotFound("flash auth request"))?)
}

fn request(found: &AnyRow) -> Result<(AuthRequest, Option<String>), StoreError> {
    let mut status = AuthStatus::of(&row::text::<String>(found, "status")?)?;
    let expires_at: String = row::text(found, "expires_at")?;
    let over = DateTime::parse_from_rfc3339(&expires_at).is_ok_and(|expires| expires <= Utc::now());
    if over && matches!(status, AuthStatus::Pending | AuthStatus::Approved) {
        status = AuthStatus::Expired;
    }
    let request = AuthRequest { id: row::text(found, "id")?, status, expires_at, api_key: None };
    Ok((request, row::optional(found, "api_key")?))
}

fn place(id: &str) -> String {
    format!("auth_request/{id}/api_key")
}
