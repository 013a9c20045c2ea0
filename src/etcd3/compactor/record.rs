use etcd_client::{
    Compare, CompareOp, EventType, Txn, TxnOp, WatchOptions, proto::PbTxnOpResponse,
};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};

use super::super::{Client, Error, ErrorKind, KeyValue};

/// The record's key: literally this, outside of every prefix.
const KEY: &str = "compact_rev_key";

/// The revision that the record of all compactors, `compact_rev_key`, says was to be compacted: decimal text (backend §3.1).
/// `None` where it says something else.
pub fn recorded_revision(value: &[u8]) -> Option<i64> {
    str::from_utf8(value).ok()?.parse().ok()
}

/// What a round asks of etcd.
pub(super) trait Record: Send + Sync + 'static {
    /// Writes a revision into the record, where the record has been written `version` times; otherwise tells what it is.
    fn claim(
        &self,
        version: i64,
        revision: i64,
    ) -> impl Future<Output = Result<Claim, Error>> + Send;

    /// Compacts the whole etcd. That somebody else has compacted further is no error.
    fn compact(&self, revision: i64) -> impl Future<Output = Result<(), Error>> + Send;
}

/// What whoever follows others asks of etcd.
pub(super) trait Sight: Send + Sync + 'static {
    /// The record as it is.
    fn look(&self) -> impl Future<Output = Result<Look, Error>> + Send;

    /// Every value that the record gets from a revision on; `None` where it is deleted. Ends when the watch does.
    fn changes(
        &self,
        from: i64,
    ) -> impl Future<Output = Result<BoxStream<'static, Result<Value, Error>>, Error>> + Send;

    /// Whether reads below `revision` fail.
    fn is_compacted(&self, revision: i64) -> impl Future<Output = Result<bool, Error>> + Send;
}

/// The value of a record; `None` where there is none.
pub(super) type Value = Option<Vec<u8>>;

/// What became of an attempt to write the record.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Claim {
    /// How the record is now, where somebody else was first.
    pub(super) lost: Option<Theirs>,
    /// etcd's revision after it.
    pub(super) revision: i64,
}

/// A record that somebody else wrote, or that is gone: then it was never written and holds nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Theirs {
    /// How often it has been written.
    pub(super) version: i64,
    pub(super) value: Value,
}

/// The record at a moment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) value: Value,
    /// etcd's revision at that moment.
    pub(super) revision: i64,
}

impl Record for Client {
    async fn claim(&self, version: i64, revision: i64) -> Result<Claim, Error> {
        let transaction = Txn::new()
            .when([Compare::version(KEY, CompareOp::Equal, version)])
            .and_then([TxnOp::put(KEY, revision.to_string(), None)])
            .or_else([TxnOp::get(KEY, None)]);
        let mut answer = self.kv()?.txn(transaction).await?.0;
        let header = answer.header.ok_or(Error::Incomplete("a header"))?;
        let lost = if answer.succeeded {
            None
        } else {
            match answer.responses.pop().and_then(|found| found.response) {
                Some(PbTxnOpResponse::ResponseRange(mut range)) => {
                    Some(range.kvs.pop().map(Theirs::from).unwrap_or_default())
                }
                _ => return Err(Error::Incomplete("the record that was asked for")),
            }
        };
        Ok(Claim {
            lost,
            revision: header.revision,
        })
    }

    async fn compact(&self, revision: i64) -> Result<(), Error> {
        match self
            .kv()?
            .compact(revision, None)
            .await
            .map_err(Error::from)
        {
            Err(error) if error.kind() != ErrorKind::Compacted => Err(error),
            _ => Ok(()),
        }
    }
}

impl Sight for Client {
    async fn look(&self) -> Result<Look, Error> {
        let found = self.peek(KEY).await?;
        Ok(Look {
            value: found.found.map(|found| found.value),
            revision: found.revision,
        })
    }

    async fn changes(&self, from: i64) -> Result<BoxStream<'static, Result<Value, Error>>, Error> {
        let options = WatchOptions::new().with_start_revision(from);
        let (requests, answers) = self.watch()?.watch(KEY, Some(options)).await?.split();
        // The requests go with the answers: without them etcd would end the stream.
        let watch = (requests, answers);
        let values = stream::unfold(watch, |(requests, mut answers)| async move {
            loop {
                let answer = match answers.message().await {
                    Ok(Some(answer)) => answer.0,
                    Ok(None) => return None,
                    Err(error) => return Some((Err(error.into()), (requests, answers))),
                };
                // The stream stays open after this: nothing else would ever come.
                if answer.canceled {
                    return None;
                }
                // Of several changes the last one counts.
                let Some(last) = answer.events.into_iter().next_back() else {
                    continue;
                };
                let deleted = last.r#type == EventType::Delete as i32;
                let value = last.kv.filter(|_| !deleted).map(|item| item.value);
                return Some((Ok(value), (requests, answers)));
            }
        });
        Ok(values.boxed())
    }

    async fn is_compacted(&self, revision: i64) -> Result<bool, Error> {
        match self.peek_at(KEY, revision.saturating_sub(1)).await {
            Ok(_) => Ok(false),
            Err(error) => match error.kind() {
                ErrorKind::Compacted => Ok(true),
                ErrorKind::FutureRevision => Ok(false),
                _ => Err(error),
            },
        }
    }
}

impl From<KeyValue> for Theirs {
    fn from(found: KeyValue) -> Self {
        Self {
            version: found.version,
            value: Some(found.value),
        }
    }
}
