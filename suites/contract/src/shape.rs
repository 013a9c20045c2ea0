//! The transactions that Kubernetes sends.

use bytes::Bytes;
use storeproof_wire::etcdserverpb::{
    Compare, DeleteRangeRequest, PutRequest, RangeRequest, RequestOp, TxnRequest,
    compare::{CompareResult, CompareTarget, TargetUnion},
    request_op::Request,
};

/// Writes a key that must not exist.
pub(crate) fn create(key: &Bytes, value: impl Into<Bytes>) -> TxnRequest {
    TxnRequest {
        compare: vec![unchanged(key, 0)],
        success: vec![put(key, value, 0)],
        failure: Vec::new(),
    }
}

/// Writes a key that must still be at `revision`; reads it where it is not.
pub(crate) fn update(key: &Bytes, revision: i64, value: impl Into<Bytes>) -> TxnRequest {
    TxnRequest {
        compare: vec![unchanged(key, revision)],
        success: vec![put(key, value, 0)],
        failure: vec![read(key)],
    }
}

/// Deletes a key that must still be at `revision`; reads it where it is not.
pub(crate) fn remove(key: &Bytes, revision: i64) -> TxnRequest {
    TxnRequest {
        compare: vec![unchanged(key, revision)],
        success: vec![delete(key)],
        failure: vec![read(key)],
    }
}

/// A put, as an operation of a transaction. No lease is 0.
pub(crate) fn put(key: &Bytes, value: impl Into<Bytes>, lease: i64) -> RequestOp {
    operation(Request::RequestPut(PutRequest {
        key: key.clone(),
        value: value.into(),
        lease,
        ..PutRequest::default()
    }))
}

/// A deletion, as an operation of a transaction.
pub(crate) fn delete(key: &Bytes) -> RequestOp {
    operation(Request::RequestDeleteRange(DeleteRangeRequest {
        key: key.clone(),
        ..DeleteRangeRequest::default()
    }))
}

/// All of `operations`, whatever is stored.
pub(crate) fn all_of(operations: Vec<RequestOp>) -> TxnRequest {
    TxnRequest {
        success: operations,
        ..TxnRequest::default()
    }
}

fn read(key: &Bytes) -> RequestOp {
    operation(Request::RequestRange(RangeRequest {
        key: key.clone(),
        ..RangeRequest::default()
    }))
}

fn unchanged(key: &Bytes, revision: i64) -> Compare {
    Compare {
        result: CompareResult::Equal.into(),
        target: CompareTarget::Mod.into(),
        key: key.clone(),
        target_union: Some(TargetUnion::ModRevision(revision)),
        ..Compare::default()
    }
}

fn operation(request: Request) -> RequestOp {
    RequestOp {
        request: Some(request),
    }
}
