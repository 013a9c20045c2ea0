use std::sync::Arc;

use tonic::{Code, Status};

use super::{Error, ErrorKind};

fn kind_of(code: Code, message: &str) -> ErrorKind {
    Error::from(etcd_client::Error::GRpcStatus(Status::new(code, message))).kind()
}

#[test]
fn code_and_words_tell_what_an_error_means() {
    for (code, message, kind) in [
        (
            Code::OutOfRange,
            "etcdserver: mvcc: required revision has been compacted",
            ErrorKind::Compacted,
        ),
        (
            Code::OutOfRange,
            "etcdserver: mvcc: required revision is a future revision",
            ErrorKind::FutureRevision,
        ),
        (
            Code::OutOfRange,
            "Error, decoded message length too large: found 9 bytes, the limit is: 4 bytes",
            ErrorKind::AnswerTooLarge,
        ),
        (Code::OutOfRange, "something else", ErrorKind::Other),
        (
            Code::InvalidArgument,
            "etcdserver: request is too large",
            ErrorKind::RequestTooLarge,
        ),
        (
            Code::InvalidArgument,
            "etcdserver: duplicate key given in txn request",
            ErrorKind::Other,
        ),
        (
            Code::ResourceExhausted,
            "etcdserver: mvcc: database space exceeded",
            ErrorKind::NoSpace,
        ),
        (
            Code::ResourceExhausted,
            "grpc: received message larger than max (9 vs. 4)",
            ErrorKind::RequestTooLarge,
        ),
        (
            Code::ResourceExhausted,
            "etcdserver: too many requests",
            ErrorKind::Other,
        ),
        (
            Code::Unavailable,
            "etcdserver: no leader",
            ErrorKind::NoLeader,
        ),
        (
            Code::Unavailable,
            "etcdserver: leader changed",
            ErrorKind::NoLeader,
        ),
        (
            Code::Unavailable,
            "etcdserver: server stopped",
            ErrorKind::Unavailable,
        ),
        (Code::Unknown, "transport error", ErrorKind::Transport),
        (
            Code::Cancelled,
            "operation was canceled",
            ErrorKind::Transport,
        ),
        (Code::Internal, "h2 protocol error", ErrorKind::Transport),
        (
            Code::PermissionDenied,
            "etcdserver: permission denied",
            ErrorKind::Refused,
        ),
        (
            Code::Unauthenticated,
            "etcdserver: invalid auth token",
            ErrorKind::Refused,
        ),
        (
            Code::DeadlineExceeded,
            "context deadline exceeded",
            ErrorKind::TimedOut,
        ),
        (
            Code::FailedPrecondition,
            "etcdserver: member not found",
            ErrorKind::Other,
        ),
    ] {
        assert_eq!(kind_of(code, message), kind, "{code:?}, {message}");
    }
}

#[test]
fn errors_without_a_status_mean_something_too() {
    let kind_of = |error: etcd_client::Error| Error::from(error).kind();
    let ended = etcd_client::Error::WatchError("the stream is closed".to_owned());
    assert_eq!(kind_of(ended), ErrorKind::Transport);
    let unreachable = tonic::transport::Endpoint::new("no address").expect_err("it is none");
    let unreachable = etcd_client::Error::TransportError(unreachable);
    assert_eq!(kind_of(unreachable), ErrorKind::NotSent);
    let other = etcd_client::Error::InvalidArgs("none".to_owned());
    assert_eq!(kind_of(other), ErrorKind::Other);
    let mut late = Status::cancelled("timeout expired");
    late.set_source(Arc::new(tonic::TimeoutExpired(())));
    assert_eq!(
        kind_of(etcd_client::Error::GRpcStatus(late)),
        ErrorKind::TimedOut
    );
    assert_eq!(Error::Closed.kind(), ErrorKind::NotSent);
    assert_eq!(Error::Incomplete("a header").kind(), ErrorKind::Other);
}

#[test]
fn what_broke_on_the_way_is_told_behind_the_status() {
    let of = |status| Error::from(etcd_client::Error::GRpcStatus(status));
    assert_eq!(
        of(Status::unavailable("no leader")).to_string(),
        "no leader"
    );
    let mut status = Status::unknown("transport error");
    status.set_source(Arc::new(tonic::ConnectError("nobody listens".into())));
    let error = of(status);
    assert_eq!(error.to_string(), "transport error: nobody listens");
    assert_eq!(error.kind(), ErrorKind::NotSent);
    assert!(error.says_why());
    assert!(Error::Closed.says_why());
    assert!(!of(Status::cancelled("operation was canceled")).says_why());
}

#[test]
fn the_kind_decides_what_goes_on() {
    for (kind, silence, passing, breaks) in [
        (ErrorKind::NotSent, true, false, true),
        (ErrorKind::Transport, true, true, true),
        (ErrorKind::TimedOut, true, false, false),
        (ErrorKind::Compacted, false, false, false),
        (ErrorKind::NoLeader, false, true, false),
        (ErrorKind::Unavailable, false, true, true),
        (ErrorKind::Other, false, false, false),
    ] {
        let source = Box::new(etcd_client::Error::InvalidArgs(String::new()));
        let error = Error::Etcd { kind, source };
        assert_eq!(kind.is_silence(), silence, "{kind:?}");
        assert_eq!(error.is_passing(), passing, "{kind:?}");
        assert_eq!(error.breaks_a_stream(), breaks, "{kind:?}");
    }
}

#[test]
fn a_watch_without_a_leader_ends_and_a_broken_one_goes_on() {
    let of =
        |message: &str| Error::from(etcd_client::Error::GRpcStatus(Status::unavailable(message)));
    assert!(!of("etcdserver: no leader").breaks_a_stream());
    assert!(of("etcdserver: server stopped").breaks_a_stream());
    assert!(!Error::Closed.breaks_a_stream());
}
