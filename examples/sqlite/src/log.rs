//! The log of changes: all the SQL that reads and writes it.

use rusqlite::{Connection, OptionalExtension, Row, params};
use storeproof::storage::ResourceVersion;

use crate::range::Range;

/// How much of the log outlives a compaction, for watches that are open and a little behind.
const SLACK: i64 = 256;

/// How far the log reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// The revision of the last change.
    pub(crate) latest: ResourceVersion,
    /// The oldest revision that can be read; unset where nothing was compacted.
    pub(crate) compacted: ResourceVersion,
    /// A watch that is open can go on from here, and from no earlier revision.
    pub(crate) forgotten: ResourceVersion,
}

/// The state of a key.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) revision: ResourceVersion,
    pub(crate) value: Vec<u8>,
}

/// What a revision did to a key: created it where there is no value before, deleted it where there is none after.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) revision: ResourceVersion,
    pub(crate) key: String,
    pub(crate) value: Option<Vec<u8>>,
    pub(crate) previous: Option<Vec<u8>>,
}

/// A range of keys as it was at one revision.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) revision: ResourceVersion,
    /// In the order of keys, as many as were asked for.
    pub(crate) entries: Vec<Entry>,
    /// How many entries follow these.
    pub(crate) following: usize,
}

/// There is no such revision to read at.
#[derive(Debug)]
pub(crate) enum Unreadable {
    Compacted,
    Future { latest: ResourceVersion },
}

/// The states of the keys from ?1 to ?2 at revision ?3. With max(), SQLite takes the other columns from the row that has
/// it: the last one of each key.
const STATES: &str = "SELECT key, max(revision), value FROM changes \
     WHERE key >= ?1 AND key < ?2 AND revision <= ?3 \
     GROUP BY key HAVING value IS NOT NULL ORDER BY key";

/// A transaction goes through, or the database fails, or what was asked does not fit what is there.
pub(crate) type Answer<T, E> = rusqlite::Result<Result<T, E>>;

pub(crate) fn marks(connection: &Connection) -> rusqlite::Result<Marks> {
    // The counter of AUTOINCREMENT knows the last revision even where its row was compacted away.
    const MARKS: &str =
        "SELECT seq, compacted, forgotten FROM compaction, sqlite_sequence WHERE name = 'changes'";
    connection.prepare_cached(MARKS)?.query_row([], |row| {
        Ok(Marks {
            latest: version(row.get(0)?),
            compacted: version(row.get(1)?),
            forgotten: version(row.get(2)?),
        })
    })
}

/// The state of a key; `None` where there is no such key.
pub(crate) fn state(connection: &Connection, key: &str) -> rusqlite::Result<Option<Entry>> {
    const STATE: &str =
        "SELECT key, revision, value FROM changes WHERE key = ?1 ORDER BY revision DESC LIMIT 1";
    let last = connection
        .prepare_cached(STATE)?
        .query_row([key], |row| {
            Ok(match row.get(2)? {
                Some(_) => Some(entry(row)?),
                None::<Vec<u8>> => None,
            })
        })
        .optional()?;
    Ok(last.flatten())
}

/// How many keys of a range there are at a revision.
pub(crate) fn count(
    connection: &Connection,
    range: &Range,
    at: ResourceVersion,
) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(&format!("SELECT count(*) FROM ({STATES})"))?
        .query_row(params![range.start, range.end, number(at)], |row| {
            row.get(0)
        })
}

/// The states of a range of keys, now or at an earlier revision; at most `limit` of them, if there is one.
pub(crate) fn snapshot(
    connection: &mut Connection,
    range: &Range,
    at: Option<ResourceVersion>,
    limit: Option<usize>,
) -> Answer<Snapshot, Unreadable> {
    let transaction = connection.transaction()?;
    let Marks {
        latest, compacted, ..
    } = marks(&transaction)?;
    let revision = at.unwrap_or(latest);
    if revision > latest {
        return Ok(Err(Unreadable::Future { latest }));
    }
    if revision < compacted {
        return Ok(Err(Unreadable::Compacted));
    }
    let arguments = params![range.start, range.end, number(revision), most(limit)];
    let entries: Vec<Entry> = transaction
        .prepare_cached(&format!("{STATES} LIMIT ?4"))?
        .query_map(arguments, entry)?
        .collect::<rusqlite::Result<_>>()?;
    let following = match entries.last() {
        Some(last) if Some(entries.len()) == limit => {
            count(&transaction, &range.clone().behind(&last.key), revision)?
        }
        _ => 0,
    };
    Ok(Ok(Snapshot {
        revision,
        entries,
        following: usize::try_from(following).unwrap_or_default(),
    }))
}

/// What happened to a range of keys after a revision, in order, at most so much.
pub(crate) fn changes(
    connection: &Connection,
    range: &Range,
    after: ResourceVersion,
    limit: usize,
) -> rusqlite::Result<Vec<Change>> {
    // The end of the log is short, and its order is the one that is wanted: no index of keys does better.
    const CHANGES: &str = "SELECT new.revision, new.key, new.value, old.value \
         FROM changes AS new NOT INDEXED LEFT JOIN changes AS old ON old.revision = new.previous \
         WHERE new.revision > ?1 AND new.key >= ?2 AND new.key < ?3 ORDER BY new.revision LIMIT ?4";
    let arguments = params![number(after), range.start, range.end, most(Some(limit))];
    connection
        .prepare_cached(CHANGES)?
        .query_map(arguments, |row| {
            Ok(Change {
                revision: version(row.get(0)?),
                key: row.get(1)?,
                value: row.get(2)?,
                previous: row.get(3)?,
            })
        })?
        .collect()
}

/// Stores a value until it expires, or deletes the key where there is no value, if the key was last written at `expected`:
/// unset where there must be no such key. Else answers with what is there.
pub(crate) fn replace(
    connection: &mut Connection,
    key: &str,
    expected: ResourceVersion,
    value: Option<&[u8]>,
    expires: Option<i64>,
) -> Answer<ResourceVersion, Option<Entry>> {
    let transaction = connection.transaction()?;
    let found = state(&transaction, key)?;
    let revision = found
        .as_ref()
        .map_or(ResourceVersion::UNSET, |found| found.revision);
    if revision != expected {
        return Ok(Err(found));
    }
    let revision = append(&transaction, key, value, expires)?;
    transaction.commit()?;
    Ok(Ok(revision))
}

/// Adds a change, whatever is there. Whoever deletes knows that there is something to delete.
pub(crate) fn append(
    transaction: &Connection,
    key: &str,
    value: Option<&[u8]>,
    expires: Option<i64>,
) -> rusqlite::Result<ResourceVersion> {
    let previous = state(transaction, key)?.map(|found| number(found.revision));
    transaction
        .prepare_cached("UPDATE changes SET expires = NULL WHERE revision = ?1")?
        .execute([previous])?;
    transaction
        .prepare_cached(
            "INSERT INTO changes (key, value, previous, expires) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![key, value, previous, expires])?;
    Ok(version(transaction.last_insert_rowid()))
}

/// Makes every revision before `at` unreadable, and forgets what was replaced long before it. Answers with the latest
/// revision where `at` lies behind it.
pub(crate) fn compact(
    connection: &mut Connection,
    at: ResourceVersion,
) -> Answer<(), ResourceVersion> {
    const FORGET: &str = "DELETE FROM changes AS old WHERE revision <= ?1 AND (value IS NULL OR EXISTS \
         (SELECT * FROM changes AS new WHERE new.key = old.key AND new.revision > old.revision AND new.revision <= ?1))";
    let transaction = connection.transaction()?;
    let Marks {
        latest, compacted, ..
    } = marks(&transaction)?;
    if at > latest {
        return Ok(Err(latest));
    }
    if at > compacted {
        let forgotten = number(at).saturating_sub(SLACK).max(0);
        transaction.execute(
            "UPDATE compaction SET compacted = ?1, forgotten = ?2",
            [number(at), forgotten],
        )?;
        transaction.execute(FORGET, [forgotten])?;
        transaction.commit()?;
    }
    Ok(Ok(()))
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        key: row.get(0)?,
        revision: version(row.get(1)?),
        value: row.get(2)?,
    })
}

fn version(number: i64) -> ResourceVersion {
    ResourceVersion::new(u64::try_from(number).unwrap_or_default())
}

fn number(version: ResourceVersion) -> i64 {
    i64::try_from(version.get()).unwrap_or(i64::MAX)
}

/// A limit as SQLite takes it: negative where there is none.
fn most(limit: Option<usize>) -> i64 {
    limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX))
}
