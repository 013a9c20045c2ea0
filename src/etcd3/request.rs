use std::time::Duration;

use etcd_client::{Compare, CompareOp, GetOptions, PutOptions, Txn, TxnOp, proto::PbTxnOpResponse};
use tokio::time::{Instant, sleep};

use super::{Client, Error, ErrorKind, KeyValue, prefix_end};

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

/// What became of a conditional write.
pub(super) enum Outcome {
    /// Written, at this revision.
    Done(i64),
    /// Somebody else was first; this is what is there now.
    Lost(Option<KeyValue>),
}

impl Client {
    /// One key, at `revision`, or now where that is zero.
    pub(super) async fn get(
        &self,
        key: &str,
        revision: i64,
        serializable: bool,
    ) -> Result<Single, Error> {
        let mut options = GetOptions::new().with_limit(1).with_revision(revision);
        if serializable {
            options = options.with_serializable();
        }
        let mut page = self.noting(revision, self.read(key.as_bytes(), options).await)?;
        Ok(Single {
            found: page.found.pop(),
            revision: page.revision,
        })
    }

    /// Keys from `start` up to `end`, at most `limit` of them unless that is zero.
    pub(super) async fn range(
        &self,
        start: &[u8],
        end: &[u8],
        limit: i64,
        revision: i64,
    ) -> Result<Page, Error> {
        let options = GetOptions::new()
            .with_range(end)
            .with_limit(limit)
            .with_revision(revision);
        self.noting(revision, self.read(start, options).await)
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
        let options = GetOptions::new()
            .with_range(prefix_end(prefix))
            .with_count_only();
        Ok(self.read(prefix.as_bytes(), options).await?.count)
    }

    /// Reads are tried again while the way to etcd is broken: asking twice changes nothing.
    async fn read(&self, key: &[u8], options: GetOptions) -> Result<Page, Error> {
        let started = Instant::now();
        loop {
            match self.read_once(key, options.clone()).await {
                Err(error) if error.is_passing() && started.elapsed() < READ_PATIENCE => {
                    sleep(READ_PAUSE).await;
                }
                settled => return settled,
            }
        }
    }

    async fn read_once(&self, key: &[u8], options: GetOptions) -> Result<Page, Error> {
        let answer = self.kv()?.get(key, Some(options)).await?.0;
        let header = answer.header.ok_or(Error::Incomplete("a header"))?;
        Ok(Page {
            found: answer.kvs,
            count: answer.count,
            revision: header.revision,
        })
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
        let options = (lease != 0).then(|| PutOptions::new().with_lease(lease));
        let write = TxnOp::put(key, value, options);
        self.write_if(key, write, expected, read_otherwise).await
    }

    /// Deletes where the key's last revision is `expected`. Never tried again.
    pub(super) async fn delete_if(&self, key: &str, expected: i64) -> Result<Outcome, Error> {
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

/// Requests that the contract never makes.
impl Client {
    pub(super) async fn put(&self, key: &str, value: Vec<u8>) -> Result<i64, Error> {
        let answer = self.kv()?.put(key, value, None).await?.0;
        let header = answer.header.ok_or(Error::Incomplete("a header"))?;
        Ok(header.revision)
    }

    pub(super) async fn delete(&self, key: &str) -> Result<i64, Error> {
        let answer = self.kv()?.delete(key, None).await?.0;
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
