use std::time::Duration;

use etcd_client::{Compare, CompareOp, GetOptions, PutOptions, Txn, TxnOp, proto::PbTxnOpResponse};
use tokio::time::{Instant, sleep};

use crate::requests::Request;

use super::{Client, Error, ErrorKind, KeyValue, limit, prefix_end};

/// How long a read that lost its connection is tried again, and how often.
const READ_PATIENCE: Duration = Duration::from_millis(2500);
const READ_PAUSE: Duration = Duration::from_millis(25);

/// One key as it is at `revision` of the whole store.
pub(super) struct Single {
    pub(super) found: Option<KeyValue>,
    pub(super) revision: i64,
}

/// A stretch of keys in order.
pub(super) struct Page {
    pub(super) found: Vec<KeyValue>,
    /// How many keys there are from the first one asked for on, this page included.
    pub(super) count: i64,
    pub(super) revision: i64,
}

impl Page {
    fn into_single(mut self) -> Single {
        Single {
            found: self.found.pop(),
            revision: self.revision,
        }
    }
}

/// What became of a conditional write.
pub(super) enum Outcome {
    /// Written, at this revision.
    Done(i64),
    /// Somebody else was first; this is what is there now.
    Lost(Option<KeyValue>),
}

/// A read as it is sent.
#[derive(Clone, Copy, Default)]
struct Read<'a> {
    key: &'a [u8],
    /// The first key that is left out, where more than one key is read.
    end: Option<&'a [u8]>,
    limit: i64,
    revision: i64,
    serializable: bool,
    count_only: bool,
}

impl Read<'_> {
    fn options(self) -> GetOptions {
        let mut options = GetOptions::new()
            .with_limit(self.limit)
            .with_revision(self.revision);
        if let Some(end) = self.end {
            options = options.with_range(end);
        }
        if self.serializable {
            options = options.with_serializable();
        }
        if self.count_only {
            options = options.with_count_only();
        }
        options
    }

    fn request(self) -> Request {
        let key = text(self.key);
        match self.end.map(text) {
            None => Request::Get {
                key,
                revision: self.revision,
            },
            Some(end) if self.count_only => Request::Count { start: key, end },
            Some(end) => Request::List {
                start: key,
                end,
                limit: self.limit,
                revision: self.revision,
            },
        }
    }
}

fn text(key: &[u8]) -> String {
    String::from_utf8_lossy(key).into_owned()
}

impl Client {
    /// One key, at `revision`, or now where that is zero.
    pub(super) async fn get(
        &self,
        key: &str,
        revision: i64,
        serializable: bool,
    ) -> Result<Single, Error> {
        let read = Read {
            key: key.as_bytes(),
            limit: 1,
            revision,
            serializable,
            ..Read::default()
        };
        let page = self.noting(revision, self.read(read).await)?;
        Ok(page.into_single())
    }

    /// Keys from `start` up to `end`, at most `limit` of them unless that is zero.
    pub(super) async fn range(
        &self,
        start: &[u8],
        end: &[u8],
        limit: i64,
        revision: i64,
    ) -> Result<Page, Error> {
        let read = Read {
            key: start,
            end: Some(end),
            limit,
            revision,
            ..Read::default()
        };
        self.noting(revision, self.read(read).await)
    }

    /// A read at `revision` that fails because it is compacted tells how far compaction has come at least.
    fn noting<A>(&self, revision: i64, answer: Result<A, Error>) -> Result<A, Error> {
        if let Err(error) = &answer
            && error.kind() == ErrorKind::Compacted
            && revision > 0
        {
            self.compacted.note(revision.saturating_add(1));
        }
        answer
    }

    /// How many keys begin with `prefix`.
    pub(super) async fn count(&self, prefix: &str) -> Result<i64, Error> {
        let read = Read {
            key: prefix.as_bytes(),
            end: Some(&prefix_end(prefix)),
            count_only: true,
            ..Read::default()
        };
        Ok(self.read(read).await?.count)
    }

    /// Reads are tried again while the way to etcd is broken: asking twice changes nothing.
    async fn read(&self, read: Read<'_>) -> Result<Page, Error> {
        let started = Instant::now();
        loop {
            self.requests.note(|| read.request());
            match self.read_once(read).await {
                Err(error) if error.is_passing() && started.elapsed() < READ_PATIENCE => {
                    sleep(READ_PAUSE).await;
                }
                settled => return settled,
            }
        }
    }

    async fn read_once(&self, read: Read<'_>) -> Result<Page, Error> {
        let answer = self.kv()?.get(read.key, Some(read.options())).await?.0;
        let header = answer.header.ok_or(Error::Incomplete("a header"))?;
        Ok(Page {
            found: answer.kvs,
            count: answer.count,
            revision: header.revision,
        })
    }

    /// A lease that runs for so many seconds.
    pub(super) async fn grant(&self, seconds: i64) -> Result<i64, Error> {
        self.requests.note(|| Request::Grant { seconds });
        Ok(self.lease()?.grant(seconds, None).await?.id())
    }

    /// Writes where the key's last revision is `expected`; zero means that there is no such key. Never tried again.
    pub(super) async fn put_if(
        &self,
        key: &str,
        value: Vec<u8>,
        lease: i64,
        expected: i64,
        read_otherwise: bool,
    ) -> Result<Outcome, Error> {
        self.requests.note(|| {
            let key = key.to_owned();
            if read_otherwise {
                Request::Update { key, expected }
            } else {
                Request::Create { key }
            }
        });
        limit::check(&value)?;
        let options = (lease != 0).then(|| PutOptions::new().with_lease(lease));
        let write = TxnOp::put(key, value, options);
        self.write_if(key, write, expected, read_otherwise).await
    }

    /// Deletes where the key's last revision is `expected`. Never tried again.
    pub(super) async fn delete_if(&self, key: &str, expected: i64) -> Result<Outcome, Error> {
        self.requests.note(|| Request::Delete {
            key: key.to_owned(),
            expected,
        });
        self.write_if(key, TxnOp::delete(key, None), expected, true)
            .await
    }

    async fn write_if(
        &self,
        key: &str,
        write: TxnOp,
        expected: i64,
        read_otherwise: bool,
    ) -> Result<Outcome, Error> {
        let mut transaction = Txn::new()
            .when([Compare::mod_revision(key, CompareOp::Equal, expected)])
            .and_then([write]);
        if read_otherwise {
            transaction = transaction.or_else([TxnOp::get(key, None)]);
        }
        let mut answer = self.kv()?.txn(transaction).await?.0;
        if answer.succeeded {
            let header = answer.header.ok_or(Error::Incomplete("a header"))?;
            return Ok(Outcome::Done(header.revision));
        }
        let other = answer.responses.pop().and_then(|found| found.response);
        match other {
            Some(PbTxnOpResponse::ResponseRange(mut range)) => Ok(Outcome::Lost(range.kvs.pop())),
            None if !read_otherwise => Ok(Outcome::Lost(None)),
            _ => Err(Error::Incomplete("the key that was asked for")),
        }
    }
}

/// Requests that the contract never makes. They are not noted.
impl Client {
    /// One key as it is now.
    pub(super) async fn peek(&self, key: &str) -> Result<Single, Error> {
        self.peek_at(key, 0).await
    }

    /// One key as it was at a revision.
    pub(super) async fn peek_at(&self, key: &str, revision: i64) -> Result<Single, Error> {
        let read = Read {
            key: key.as_bytes(),
            revision,
            ..Read::default()
        };
        Ok(self.read_once(read).await?.into_single())
    }

    pub(super) async fn put(&self, key: &str, value: Vec<u8>) -> Result<i64, Error> {
        limit::check(&value)?;
        let answer = self.kv()?.put(key, value, None).await?.0;
        let header = answer.header.ok_or(Error::Incomplete("a header"))?;
        Ok(header.revision)
    }

    pub(super) async fn put_all(
        &self,
        values: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> Result<i64, Error> {
        let writes: Vec<TxnOp> = values
            .into_iter()
            .map(|(key, value)| TxnOp::put(key, value, None))
            .collect();
        let answer = self.kv()?.txn(Txn::new().and_then(writes)).await?.0;
        let header = answer.header.ok_or(Error::Incomplete("a header"))?;
        Ok(header.revision)
    }

    /// Whether a majority answers a read of `key`, be there such a key or not.
    pub(crate) async fn ping(&self, key: &str) -> Result<(), Error> {
        self.get(key, 0, false).await.map(drop)
    }

    pub(super) async fn compact(&self, revision: i64) -> Result<(), Error> {
        self.kv()?.compact(revision, None).await?;
        Ok(())
    }
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
