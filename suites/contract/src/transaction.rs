//! The parts that transactions are made of, and the parts of their answers.

use bytes::Bytes;
use storeproof_wire::etcdserverpb::{
    Compare, DeleteRangeRequest, DeleteRangeResponse, PutRequest, PutResponse, RangeRequest,
    RangeResponse, RequestOp, TxnRequest, TxnResponse,
    compare::{CompareResult, CompareTarget, TargetUnion},
    request_op::Request,
    response_op::Response,
};

use crate::{Fault, Verdict};

/// Compares what a key has with an operand, which also says what of the key is meant.
pub(crate) fn compare(key: &Bytes, result: CompareResult, operand: TargetUnion) -> Compare {
    let target = match &operand {
        TargetUnion::Version(_) => CompareTarget::Version,
        TargetUnion::CreateRevision(_) => CompareTarget::Create,
        TargetUnion::ModRevision(_) => CompareTarget::Mod,
        TargetUnion::Value(_) => CompareTarget::Value,
        TargetUnion::Lease(_) => CompareTarget::Lease,
    };
    Compare {
        result: result.into(),
        target: target.into(),
        key: key.clone(),
        range_end: Bytes::new(),
        target_union: Some(operand),
    }
}

/// Whether the key was last written at this revision; zero means that it does not exist.
pub(crate) fn written_at(key: &Bytes, revision: i64) -> Compare {
    compare(
        key,
        CompareResult::Equal,
        TargetUnion::ModRevision(revision),
    )
}

/// Whether the key has this version; zero means that it does not exist.
pub(crate) fn has_version(key: &Bytes, version: i64) -> Compare {
    compare(key, CompareResult::Equal, TargetUnion::Version(version))
}

/// A transaction that only asks whether all this holds.
pub(crate) fn asking(compare: impl Into<Vec<Compare>>) -> TxnRequest {
    TxnRequest {
        compare: compare.into(),
        ..TxnRequest::default()
    }
}

/// A transaction that does all this whatever holds.
pub(crate) fn doing(operations: impl Into<Vec<RequestOp>>) -> TxnRequest {
    TxnRequest {
        success: operations.into(),
        ..TxnRequest::default()
    }
}

/// What can stand in a transaction.
pub(crate) trait Operation {
    /// The same request as a part of a transaction.
    fn operation(self) -> RequestOp;
}

impl Operation for RangeRequest {
    fn operation(self) -> RequestOp {
        operation(Request::RequestRange(self))
    }
}

impl Operation for PutRequest {
    fn operation(self) -> RequestOp {
        operation(Request::RequestPut(self))
    }
}

impl Operation for DeleteRangeRequest {
    fn operation(self) -> RequestOp {
        operation(Request::RequestDeleteRange(self))
    }
}

impl Operation for TxnRequest {
    fn operation(self) -> RequestOp {
        operation(Request::RequestTxn(self))
    }
}

fn operation(request: Request) -> RequestOp {
    RequestOp {
        request: Some(request),
    }
}

/// What the transaction read by its operation number `at`.
pub(crate) fn ranged(answer: &TxnResponse, at: usize) -> Verdict<&RangeResponse> {
    match part(answer, at)? {
        Response::ResponseRange(answer) => Ok(answer),
        other => Err(unlike(at, "a range", other)),
    }
}

/// What the transaction answers to the put that is its operation number `at`.
pub(crate) fn put(answer: &TxnResponse, at: usize) -> Verdict<&PutResponse> {
    match part(answer, at)? {
        Response::ResponsePut(answer) => Ok(answer),
        other => Err(unlike(at, "a put", other)),
    }
}

/// What the transaction answers to the deletion that is its operation number `at`.
pub(crate) fn deleted(answer: &TxnResponse, at: usize) -> Verdict<&DeleteRangeResponse> {
    match part(answer, at)? {
        Response::ResponseDeleteRange(answer) => Ok(answer),
        other => Err(unlike(at, "a deletion", other)),
    }
}

/// What the transaction answers to the transaction that is its operation number `at`.
pub(crate) fn nested(answer: &TxnResponse, at: usize) -> Verdict<&TxnResponse> {
    match part(answer, at)? {
        Response::ResponseTxn(answer) => Ok(answer),
        other => Err(unlike(at, "a transaction", other)),
    }
}

fn part(answer: &TxnResponse, at: usize) -> Verdict<&Response> {
    let found = answer.responses.get(at);
    found
        .and_then(|each| each.response.as_ref())
        .ok_or_else(|| {
            Fault::failed(
                format!("the transaction answers its operation {at}"),
                format!("it has {} answers", answer.responses.len()),
            )
        })
}

fn unlike(at: usize, expected: &str, observed: &Response) -> Fault {
    let observed = match observed {
        Response::ResponseRange(_) => "a range",
        Response::ResponsePut(_) => "a put",
        Response::ResponseDeleteRange(_) => "a deletion",
        Response::ResponseTxn(_) => "a transaction",
    };
    Fault::failed(
        format!("the transaction's operation {at} is answered as {expected}"),
        format!("it is answered as {observed}"),
    )
}
