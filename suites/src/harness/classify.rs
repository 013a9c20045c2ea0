use storeproof::storage::{Code, Error};

use crate::judge::{Answer, Request};

/// What an error says of the request it answers, and whether a request like this may be answered so at all.
///
/// Whatever does not certainly leave the store as it was may have changed it (contract §6.4).
pub(super) fn classify(request: &Request, error: &Error) -> (Answer, bool) {
    match (request, error.code()) {
        (Request::Create { .. }, Some(Code::KeyExists)) => (Answer::Exists, true),
        (
            Request::Get { .. } | Request::Update { .. } | Request::Delete { .. },
            Some(Code::KeyNotFound),
        ) => (Answer::Missing, true),
        (
            Request::Update {
                only_at: Some(_), ..
            }
            | Request::Delete {
                only_at: Some(_), ..
            },
            Some(Code::InvalidObject),
        ) => (Answer::Conflict, true),
        _ if is_without_effect(error) => (Answer::Refused, false),
        _ => (Answer::Unknown, false),
    }
}

fn is_without_effect(error: &Error) -> bool {
    match error {
        Error::Storage(verdict) => matches!(
            verdict.code,
            Code::KeyNotFound
                | Code::KeyExists
                | Code::InvalidObject
                | Code::ResourceVersionConflicts
        ),
        Error::Status(_)
        | Error::Invalid(_)
        | Error::Key(_)
        | Error::ResourceVersionSet
        | Error::UnknownMatch(_)
        | Error::NotReady => true,
        other => was_refused_by_etcd(other),
    }
}

#[cfg(feature = "etcd")]
fn was_refused_by_etcd(error: &Error) -> bool {
    use storeproof::etcd3::{self, ErrorKind};

    let Error::Other(source) = error else {
        return false;
    };
    source.downcast_ref::<etcd3::Error>().is_some_and(|error| {
        matches!(
            error.kind(),
            ErrorKind::NotSent
                | ErrorKind::Compacted
                | ErrorKind::FutureRevision
                | ErrorKind::RequestTooLarge
                | ErrorKind::Refused
        )
    })
}

#[cfg(not(feature = "etcd"))]
fn was_refused_by_etcd(_: &Error) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use storeproof::storage::{Error, StorageError};

    use super::classify;
    use crate::judge::{Answer, Content, Request};

    #[test]
    fn what_may_have_happened_is_unknown() {
        let create = Request::Create {
            key: "a".into(),
            content: Content(1),
        };
        let of = |error| classify(&create, &error);
        assert_eq!(
            of(StorageError::exists("/a").into()),
            (Answer::Exists, true)
        );
        assert_eq!(of(Error::ResourceVersionSet), (Answer::Refused, false));
        assert_eq!(of(Error::Plain("cut off".into())), (Answer::Unknown, false));
        assert_eq!(
            of(StorageError::not_found("/a").into()),
            (Answer::Refused, false)
        );
        let broken = std::io::Error::other("connection reset");
        assert_eq!(of(Error::other(broken)), (Answer::Unknown, false));
    }

    /// What etcd answers once it is full may stand beside a write that it kept (etcd#16659).
    #[cfg(feature = "etcd")]
    #[test]
    fn a_write_into_a_full_database_is_unknown() {
        use storeproof::etcd3;

        let full = tonic::Status::resource_exhausted("etcdserver: mvcc: database space exceeded");
        let full = etcd3::Error::from(etcd_client::Error::GRpcStatus(full));
        let create = Request::Create {
            key: "a".into(),
            content: Content(1),
        };
        assert_eq!(
            classify(&create, &Error::other(full)),
            (Answer::Unknown, false)
        );
    }
}
