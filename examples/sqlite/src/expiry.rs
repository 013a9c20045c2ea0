//! Objects that are stored for a limited time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension};

use crate::log;

/// Watches hear of an end at most so much later. Whoever reads never sees it late.
const PATIENCE: Duration = Duration::from_millis(10);

/// When a state of that time to live ends. A time to live of zero is none.
pub(crate) fn end_of(ttl: Option<Duration>) -> Option<i64> {
    let ttl = ttl.filter(|ttl| !ttl.is_zero())?;
    let milliseconds = i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX);
    Some(now().saturating_add(milliseconds))
}

/// How long nothing expires; `None` where nothing ever does.
pub(crate) fn until_next(connection: &Connection) -> Option<Duration> {
    let next: Option<i64> = connection
        .prepare_cached("SELECT min(expires) FROM changes WHERE expires IS NOT NULL")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .ok()?;
    let left = u64::try_from(next?.saturating_sub(now())).unwrap_or_default();
    Some(Duration::from_millis(left).max(PATIENCE))
}

/// Deletes what has expired, each by a change of its own.
pub(crate) fn sweep(connection: &mut Connection) -> rusqlite::Result<()> {
    while let Some(key) = expired(connection)? {
        let transaction = connection.transaction()?;
        log::append(&transaction, &key, None, None)?;
        transaction.commit()?;
    }
    Ok(())
}

fn expired(connection: &Connection) -> rusqlite::Result<Option<String>> {
    connection
        // Strictly before: the millisecond of the end is not over yet.
        .prepare_cached("SELECT key FROM changes WHERE expires < ?1 ORDER BY expires LIMIT 1")?
        .query_row([now()], |row| row.get(0))
        .optional()
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(i64::MAX)
}
