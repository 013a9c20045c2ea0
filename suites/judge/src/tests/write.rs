use crate::{
    Answer, Client, Content, History, Listed, Moment, Operation, Request, Ruling, Seen, Version,
    judge,
};

/// An operation of a client from one moment to another.
pub(super) fn op(
    client: u32,
    call: u64,
    end: u64,
    (request, answer): (Request, Answer),
) -> Operation {
    Operation {
        client: Client(client),
        call: Moment(call),
        end: Some(Moment(end)),
        request,
        answer,
        header: Version::UNSET,
    }
}

/// The same operation, with the version of the whole store beside its answer.
pub(super) fn told(header: u64, operation: Operation) -> Operation {
    Operation {
        header: at(header),
        ..operation
    }
}

/// An operation without an answer.
pub(super) fn lost(client: u32, call: u64, request: Request) -> Operation {
    Operation {
        client: Client(client),
        call: Moment(call),
        end: None,
        request,
        answer: Answer::Unknown,
        header: Version::UNSET,
    }
}

pub(super) fn at(version: u64) -> Version {
    Version::new(version)
}

pub(super) fn seen(content: u64, version: u64) -> Seen {
    Seen {
        version: at(version),
        content: Content(content),
    }
}

pub(super) fn create(key: &str, content: u64) -> Request {
    Request::Create {
        key: key.into(),
        content: Content(content),
    }
}

pub(super) fn update(key: &str, content: u64) -> Request {
    Request::Update {
        key: key.into(),
        content: Content(content),
        only_at: None,
    }
}

pub(super) fn put(key: &str, content: u64) -> Request {
    Request::Put {
        key: key.into(),
        content: Content(content),
    }
}

pub(super) fn delete(key: &str) -> Request {
    Request::Delete {
        key: key.into(),
        only_at: None,
    }
}

pub(super) fn created(key: &str, content: u64, version: u64) -> (Request, Answer) {
    let answer = Answer::Wrote {
        version: at(version),
        over: None,
    };
    (create(key, content), answer)
}

pub(super) fn updated(key: &str, content: u64, version: u64, over: Seen) -> (Request, Answer) {
    let answer = Answer::Wrote {
        version: at(version),
        over: Some(over),
    };
    (update(key, content), answer)
}

pub(super) fn deleted(key: &str, content: u64, version: u64) -> (Request, Answer) {
    let answer = Answer::Deleted {
        version: at(version),
        content: Content(content),
    };
    (delete(key), answer)
}

pub(super) fn got(key: &str, seen: Seen) -> (Request, Answer) {
    (Request::Get { key: key.into() }, Answer::Found(seen))
}

pub(super) fn missed(key: &str) -> (Request, Answer) {
    (Request::Get { key: key.into() }, Answer::Missing)
}

pub(super) fn listed(version: u64, items: &[(&str, Seen)]) -> (Request, Answer) {
    let answer = Answer::Listed(Listed {
        pages: vec![at(version)],
        items: items
            .iter()
            .map(|(key, seen)| ((*key).into(), *seen))
            .collect(),
    });
    (Request::List, answer)
}

pub(super) fn current(version: u64) -> (Request, Answer) {
    (Request::Current, Answer::Current(at(version)))
}

const BUDGET: u64 = 100_000;

#[track_caller]
pub(super) fn accepts(operations: Vec<Operation>) {
    let ruling = judge(&History::new(operations), BUDGET);
    assert_eq!(ruling, Ruling::Linearizable);
}

/// Rejects it for a reason that says `why`, and the operation of that client is what does not fit.
#[track_caller]
pub(super) fn rejects(operations: Vec<Operation>, client: u32, why: &str) {
    let history = History::new(operations);
    match judge(&history, BUDGET) {
        Ruling::Violated(violation) => {
            assert!(violation.why.contains(why), "{violation:?}");
            let culprit = history.get(violation.culprit).map(|found| found.client);
            assert_eq!(culprit, Some(Client(client)), "{violation:?}");
        }
        other => panic!("{other:?}"),
    }
}
