//! Columns of a row as our types.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::StoreError;
use super::token;
use crate::platform::secrets::{Safe, Secret};

/// A text column as an id or whatever is made of text.
pub(super) fn text<T: From<String>>(row: &AnyRow, column: &str) -> Result<T, StoreError> {
    Ok(row.try_get::<String, _>(column)?.into())
}

/// The same where NULL is possible.
pub(super) fn optional<T: From<String>>(row: &AnyRow, column: &str) -> Result<Option<T>, StoreError> {
    Ok(row.try_get::<Option<String>, _>(column)?.map(T::from))
}

/// An integer column.
pub(super) fn integer(row: &AnyRow, column: &str) -> Result<i64, StoreError> {
    Ok(row.try_get::<i64, _>(column)?)
}

/// A column with a JSON document of ours.
pub(super) fn document<T: serde::de::DeserializeOwned>(
    row: &AnyRow,
    column: &'static str,
) -> Result<T, StoreError> {
    let text: String = row.try_get(column)?;
    serde_json::from_str(&text).map_err(|error| StoreError::Row(column, error.to_string()))
}

/// A sealed column, opened.
pub(super) fn sealed(
    row: &AnyRow,
    column: &'static str,
    safe: &Safe,
    place: &str,
) -> Result<Secret, StoreError> {
    let text: String = row.try_get(column)?;
    open(&text, safe, place)
}

/// Opens what [`seal`] made.
pub(super) fn open(text: &str, safe: &Safe, place: &str) -> Result<Secret, StoreError> {
    let bytes = token::bytes(text).ok_or(crate::platform::secrets::SealError::Open)?;
    Ok(safe.open(place, &bytes)?)
}

/// A value as it is stored.
pub(super) fn seal(safe: &Safe, place: &str, value: &Secret) -> Result<String, StoreError> {
    Ok(token::hex(&safe.seal(place, value)?))
}

/// The time, as it is stored.
pub(super) fn now() -> String {
    moment(chrono::Utc::now())
}

/// A time, as it is stored: RFC 3339, so that text order is time order.
pub(super) fn moment(time: chrono::DateTime<chrono::Utc>) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
