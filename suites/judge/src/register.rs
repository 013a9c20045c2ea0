use super::{Answer, History, Key, Model, Operation, Request, Seen, Version, timeline::Sights};

/// One object, which may be there or not. A version that no answer told is unset until one does.
#[derive(Clone, Copy, Debug)]
pub struct Register;

impl Model for Register {
    type State = Option<Seen>;

    fn initial(&self) -> Self::State {
        None
    }

    fn step(
        &self,
        state: &Option<Seen>,
        request: &Request,
        answer: &Answer,
    ) -> Option<Option<Seen>> {
        let there = *state;
        match (request, answer) {
            (Request::Create { content, .. }, Answer::Wrote { version, .. }) => {
                there.is_none().then_some(seen(*version, *content))
            }
            (Request::Create { content, .. }, Answer::Unknown) => {
                there.is_none().then_some(seen(Version::UNSET, *content))
            }
            (Request::Create { .. }, Answer::Exists) => there.map(Some),
            (Request::Put { content, .. }, Answer::Wrote { version, over }) => {
                let fits = match (there, over) {
                    (Some(there), Some(over)) => {
                        agree(there, *over) && (version.is_unset() || there.version < *version)
                    }
                    (None, None) => true,
                    _ => false,
                };
                fits.then(|| seen(*version, *content))
            }
            (Request::Put { content, .. }, Answer::Unknown) => Some(seen(Version::UNSET, *content)),
            (
                Request::Update {
                    content, only_at, ..
                },
                Answer::Wrote { version, over },
            ) => {
                let found = there.filter(|found| {
                    may_be(*found, *only_at)
                        && over.is_none_or(|over| agree(*found, over))
                        && (version.is_unset() || found.version < *version)
                });
                found.map(|_| seen(*version, *content))
            }
            (
                Request::Update {
                    content, only_at, ..
                },
                Answer::Unknown,
            ) => {
                let found = there.filter(|found| may_be(*found, *only_at));
                found.map(|_| seen(Version::UNSET, *content))
            }
            (Request::Delete { only_at, .. }, Answer::Deleted { content, .. }) => {
                let found =
                    there.filter(|found| found.content == *content && may_be(*found, *only_at));
                found.map(|_| None)
            }
            (Request::Delete { only_at, .. }, Answer::Unknown) => {
                there.filter(|found| may_be(*found, *only_at)).map(|_| None)
            }
            (
                Request::Update { only_at, .. } | Request::Delete { only_at, .. },
                Answer::Conflict,
            ) => there.filter(|found| may_not_be(*found, *only_at)).map(Some),
            (Request::Get { .. } | Request::Create { .. }, Answer::Found(found)) => {
                known(there, *found)
            }
            (
                Request::Update { only_at, .. } | Request::Delete { only_at, .. },
                Answer::Found(found),
            ) => {
                let there = there.filter(|there| may_not_be(*there, *only_at));
                known(there, *found).filter(|_| *only_at != Some(found.version))
            }
            (
                Request::Get { .. } | Request::Update { .. } | Request::Delete { .. },
                Answer::Missing,
            ) => there.is_none().then_some(None),
            _ => None,
        }
    }
}

fn seen(version: Version, content: super::Content) -> Option<Seen> {
    Some(Seen { version, content })
}

/// What is there, once somebody was shown it; `None` where it cannot be that.
fn known(there: Option<Seen>, found: Seen) -> Option<Option<Seen>> {
    let there = there.filter(|there| agree(*there, found))?;
    Some(seen(there.version.max(found.version), found.content))
}

fn agree(there: Seen, shown: Seen) -> bool {
    let told = !there.version.is_unset() && !shown.version.is_unset();
    there.content == shown.content && (!told || there.version == shown.version)
}

fn may_be(there: Seen, wanted: Option<Version>) -> bool {
    wanted.is_none_or(|wanted| there.version.is_unset() || there.version == wanted)
}

fn may_not_be(there: Seen, wanted: Option<Version>) -> bool {
    wanted.is_some_and(|wanted| there.version.is_unset() || there.version != wanted)
}

/// Everything that was done to a key, with its position in the history. A list reads every key.
pub(super) fn on(history: &History, key: &Key) -> (Vec<usize>, Vec<Operation>) {
    let sights = Sights::of(history);
    let of_key = |operation: &Operation| -> Option<Operation> {
        if let Answer::Listed(list) = &operation.answer {
            let found = list.items.iter().find(|(name, _)| name == key);
            return Some(Operation {
                request: Request::Get { key: key.clone() },
                answer: found.map_or(Answer::Missing, |(_, seen)| Answer::Found(*seen)),
                ..operation.clone()
            });
        }
        let without_trace = match (&operation.request, &operation.answer) {
            (Request::Get { .. }, Answer::Unknown) | (_, Answer::Refused) => true,
            _ => sights.show_nothing_of(operation),
        };
        (operation.key() == Some(key) && !without_trace).then(|| operation.clone())
    };
    history
        .operations()
        .iter()
        .enumerate()
        .filter_map(|(position, operation)| Some((position, of_key(operation)?)))
        .unzip()
}
