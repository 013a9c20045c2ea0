//! What the API server sends: the only writes that every server for Kubernetes has to know.

use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use storeproof_wire::etcdserverpb::{
    CompactionRequest, DeleteRangeRequest, LeaseGrantRequest, PutRequest, TxnRequest, TxnResponse,
};
use tonic::Status;

use super::{Context, revision};
use crate::{Verdict, expect_that, shape};

/// How many writes are under way where many are made.
const UNDER_WAY: usize = 16;

impl Context {
    /// A write of a key that says nothing else.
    pub fn putting(&self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> PutRequest {
        PutRequest {
            key: self.key(name),
            value: bytes(value),
            ..PutRequest::default()
        }
    }

    /// A deletion of one key.
    pub fn deleting(&self, name: impl AsRef<[u8]>) -> DeleteRangeRequest {
        DeleteRangeRequest {
            key: self.key(name),
            ..DeleteRangeRequest::default()
        }
    }

    /// A deletion of everything below a name.
    pub fn deleting_all(&self, name: impl AsRef<[u8]>) -> DeleteRangeRequest {
        let key = self.key(name);
        DeleteRangeRequest {
            range_end: Self::end_of(&key),
            key,
            ..DeleteRangeRequest::default()
        }
    }

    /// A create: a put if the key does not exist, and nothing else.
    pub fn creating(&self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> TxnRequest {
        shape::create(&self.key(name), bytes(value))
    }

    /// An update: a put if the key is as it was at `expected`, else a read of it.
    pub fn updating(
        &self,
        name: impl AsRef<[u8]>,
        value: impl AsRef<[u8]>,
        expected: i64,
    ) -> TxnRequest {
        shape::update(&self.key(name), expected, bytes(value))
    }

    /// A deletion if the key is as it was at `expected`, else a read of it.
    pub fn removing(&self, name: impl AsRef<[u8]>, expected: i64) -> TxnRequest {
        shape::remove(&self.key(name), expected)
    }

    /// Creates a key and returns the revision of that.
    ///
    /// # Errors
    ///
    /// The transaction does not succeed, or its answer has no revision.
    pub async fn create(&self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Verdict<i64> {
        let request = self.creating(name, value);
        succeeded("the create", self.client.txn(request).await)
    }

    /// Updates a key that was last written at `expected`, and returns the revision of that.
    ///
    /// # Errors
    ///
    /// As [`Context::create`].
    pub async fn update(
        &self,
        name: impl AsRef<[u8]>,
        value: impl AsRef<[u8]>,
        expected: i64,
    ) -> Verdict<i64> {
        let request = self.updating(name, value, expected);
        succeeded("the update", self.client.txn(request).await)
    }

    /// Deletes a key that was last written at `expected`, and returns the revision of that.
    ///
    /// # Errors
    ///
    /// As [`Context::create`].
    pub async fn remove(&self, name: impl AsRef<[u8]>, expected: i64) -> Verdict<i64> {
        let request = self.removing(name, expected);
        succeeded("the deletion", self.client.txn(request).await)
    }

    /// Creates `NAME0000`, `NAME0001`… with the same value, several at a time.
    ///
    /// # Errors
    ///
    /// As [`Context::create`].
    pub async fn create_many(&self, name: &str, count: usize, value: &[u8]) -> Verdict {
        let creates = (0..count).map(|number| self.create(format!("{name}{number:04}"), value));
        let creates = stream::iter(creates).buffer_unordered(UNDER_WAY);
        creates.try_for_each(|_| async { Ok(()) }).await
    }

    /// Grants a lease that outlives the case.
    ///
    /// # Errors
    ///
    /// The server does not grant it, or gives it no id.
    pub async fn lease(&self) -> Verdict<i64> {
        let ttl = i64::try_from(LONG.as_secs()).unwrap_or(i64::MAX);
        let granted = self.client.grant(LeaseGrantRequest { ttl, id: 0 }).await?;
        expect_that(
            granted.id != 0,
            "the lease has an id",
            "its id is 0, which means no lease",
        )?;
        Ok(granted.id)
    }

    /// Compacts history. Says so in the needs of the case: [`Need::Quiet`](crate::Need::Quiet).
    ///
    /// # Errors
    ///
    /// The server does not compact.
    pub async fn compact(&self, revision: i64) -> Verdict {
        let request = CompactionRequest {
            revision,
            physical: false,
        };
        self.client.compact(request).await?;
        Ok(())
    }
}

fn bytes(value: impl AsRef<[u8]>) -> Bytes {
    Bytes::copy_from_slice(value.as_ref())
}

const LONG: Duration = Duration::from_secs(3600);

fn succeeded(what: &str, answer: Result<TxnResponse, Status>) -> Verdict<i64> {
    let answer = answer?;
    expect_that(
        answer.succeeded,
        format!("{what} succeeds, for the key is as it expects"),
        "its comparison does not hold",
    )?;
    revision(answer.header.as_ref())
}
