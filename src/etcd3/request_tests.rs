use tonic::{Status, transport::Endpoint};

use super::{super::Link, Client, Error};

/// A client that has nobody at the other end.
async fn client() -> Client {
    let nobody = Endpoint::from_static("http://nobody").connect_lazy();
    Client::new(Link::Tonic(nobody)).await.expect("a client")
}

fn refusal(message: &str) -> Result<(), Error> {
    Err(etcd_client::Error::GRpcStatus(Status::out_of_range(message)).into())
}

#[tokio::test]
async fn a_read_that_is_compacted_tells_how_far_compaction_has_come() {
    let client = client().await;
    let compacted = "etcdserver: mvcc: required revision has been compacted";
    for (revision, message, known) in [
        (
            7,
            "etcdserver: mvcc: required revision is a future revision",
            0,
        ),
        // The latest revision is never compacted: such an answer tells nothing.
        (0, compacted, 0),
        (7, compacted, 8),
        (3, compacted, 8),
        (9, compacted, 10),
    ] {
        let failed = client.noting(revision, refusal(message));
        assert!(failed.is_err(), "the error is passed on");
        assert_eq!(client.compacted.get().get(), known, "{revision}, {message}");
    }
    assert!(client.noting(20, Ok(())).is_ok());
    assert_eq!(client.compacted.get().get(), 10);
}
