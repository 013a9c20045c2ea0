//! The transactions that Kubernetes sends, of whole keys. [`Context`](crate::Context) names keys below its prefix.

use bytes::Bytes;
use storeproof_wire::etcdserverpb::{
    DeleteRangeRequest, PutRequest, RangeRequest, RequestOp, TxnRequest,
};

use crate::transaction::{Operation, written_at};

/// Writes a key that must not exist.
pub(crate) fn create(key: &Bytes, value: impl Into<Bytes>) -> TxnRequest {
    TxnRequest {
        compare: vec![written_at(key, 0)],
        success: vec![put(key, value, 0)],
        failure: Vec::new(),
    }
}

/// Writes a key that must still be at `revision`; reads it where it is not.
pub(crate) fn update(key: &Bytes, revision: i64, value: impl Into<Bytes>) -> TxnRequest {
    TxnRequest {
        compare: vec![written_at(key, revision)],
        success: vec![put(key, value, 0)],
        failure: vec![read(key)],
    }
}

/// Deletes a key that must still be at `revision`; reads it where it is not.
pub(crate) fn remove(key: &Bytes, revision: i64) -> TxnRequest {
    TxnRequest {
        compare: vec![written_at(key, revision)],
        success: vec![delete(key)],
        failure: vec![read(key)],
    }
}

/// A put, as an operation of a transaction. No lease is 0.
pub(crate) fn put(key: &Bytes, value: impl Into<Bytes>, lease: i64) -> RequestOp {
    let request = PutRequest {
        key: key.clone(),
        value: value.into(),
        lease,
        ..PutRequest::default()
    };
    request.operation()
}

/// A deletion, as an operation of a transaction.
pub(crate) fn delete(key: &Bytes) -> RequestOp {
    let request = DeleteRangeRequest {
        key: key.clone(),
        ..DeleteRangeRequest::default()
    };
    request.operation()
}

fn read(key: &Bytes) -> RequestOp {
    let request = RangeRequest {
        key: key.clone(),
        ..RangeRequest::default()
    };
    request.operation()
}
