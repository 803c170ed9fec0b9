//! One writer at a time.

use sqlx::{Any, AnyConnection, Transaction};
use tokio::sync::MutexGuard;

use super::{DatabaseUrl, Store, StoreError};

/// A transaction that writes. Nobody else writes until it ends, so what it reads stays true; dropped without a commit
/// it leaves nothing behind.
pub(super) struct Writing<'a> {
    transaction: Transaction<'a, Any>,
    _turn: MutexGuard<'a, ()>,
}

impl Writing<'_> {
    /// Where statements run.
    pub(super) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }

    /// Makes it durable.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }
}

impl Store {
    /// Waits for the turn to write.
    ///
    /// The alternative on PostgreSQL, serialisable transactions, would need every caller to be repeatable. Writes are
    /// rare and short here, and one rule for both engines is worth more.
    pub(super) async fn writing(&self) -> Result<Writing<'_>, StoreError> {
        let turn = self.inner.turn.lock().await;
        let transaction = match &self.inner.url {
            // Taking the lock with the first write instead could fail in the middle, when another process has it.
            DatabaseUrl::Sqlite(_) => self.inner.pool.begin_with("BEGIN IMMEDIATE").await?,
            DatabaseUrl::Postgres(_) => {
                let mut transaction = self.inner.pool.begin().await?;
                sqlx::query("LOCK TABLE turns IN EXCLUSIVE MODE").execute(&mut *transaction).await?;
                transaction
            }
        };
        Ok(Writing { transaction, _turn: turn })
    }
}
