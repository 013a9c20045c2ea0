use etcd_client::Error as ClientError;
use tonic::{Code, Status as Refusal};

use super::{of_cancellation, of_corrupt_deletion, of_initial_state, of_stream};
use crate::{
    etcd3,
    storage::{expired_list, expired_watch},
};

fn refusal(code: Code, message: &str) -> etcd3::Error {
    ClientError::GRpcStatus(Refusal::new(code, message)).into()
}

#[test]
fn what_is_compacted_is_expired_for_changes_and_for_the_state() {
    let compacted = refusal(
        Code::OutOfRange,
        "etcdserver: mvcc: required revision has been compacted",
    );
    assert_eq!(*of_stream(&compacted), expired_watch());
    assert_eq!(*of_initial_state(&compacted), expired_list());
}

#[test]
fn other_errors_of_etcd_are_internal_in_its_words() {
    let refused = refusal(Code::PermissionDenied, "etcdserver: permission denied");
    for status in [of_stream(&refused), of_initial_state(&refused)] {
        assert_eq!(status.code, Some(500));
        assert_eq!(status.reason.as_deref(), Some("InternalError"));
        let expected = "Internal error occurred: etcdserver: permission denied";
        assert_eq!(status.message.as_deref(), Some(expected));
    }
}

#[test]
fn a_cancelled_watch_says_why_or_that_nobody_knows() {
    for (reason, told) in [
        ("etcdserver: no leader", "etcdserver: no leader"),
        ("", "no reason given"),
    ] {
        let status = of_cancellation(reason);
        assert_eq!(status.code, Some(500));
        let expected = format!("Internal error occurred: etcd cancelled the watch: {told}");
        assert_eq!(status.message, Some(expected));
    }
}

#[test]
fn the_deletion_of_a_corrupt_object_has_a_reason_of_its_own_and_no_causes() {
    let status = of_corrupt_deletion("it cannot be decoded");
    assert_eq!(status.code, Some(500));
    assert_eq!(status.reason.as_deref(), Some("StorageReadError"));
    let expected = "saw a DELETED event, but object data is corrupt - it cannot be decoded";
    assert_eq!(status.message.as_deref(), Some(expected));
    assert_eq!(status.details, None);
}
