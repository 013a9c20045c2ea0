//! Histories in a few signs.
//!
//! What was done: `a=1@5` writes 1 to `a` at version 5, `a-@6` deletes it, `a=2?` and `a-?` have no answer, `list@6` lists.
//! What was told: `+a=1@5` is ADDED, `~a=1@5` MODIFIED, `-a=1@5` DELETED, `|5` a bookmark, `||5` one that ends the state,
//! `!410` an error. Everything that was done comes before everything that was told.

use std::collections::BTreeMap;

use crate::{
    Answer, Client, Content, History, Key, Listed, Moment, Operation, Request, Seen, Version,
    watch::{
        Delivery, Ending, Kind, Scope, Selection, Start, Told, WatchHistory, Watched, Wish,
        judge_watches,
    },
};

pub(super) fn at(text: &str) -> Version {
    Version::new(text.parse().expect(text))
}

fn content(text: &str) -> Content {
    Content(text.parse().expect(text))
}

/// What was done, one thing after another.
pub(super) fn done(signs: &str) -> History {
    let mut there: BTreeMap<Key, Seen> = BTreeMap::new();
    let mut operations = Vec::new();
    for (place, sign) in (0..).zip(signs.split_whitespace()) {
        let (request, answer) = match sign.strip_prefix("list@") {
            Some(version) => (Request::List, Answer::Listed(listed(at(version), &there))),
            None => written(sign, &mut there),
        };
        let end = (answer != Answer::Unknown).then_some(Moment(10 * place + 5));
        operations.push(Operation {
            client: Client(place.try_into().expect("few")),
            call: Moment(10 * place),
            end,
            request,
            answer,
            header: Version::UNSET,
        });
    }
    History::new(operations)
}

fn listed(version: Version, there: &BTreeMap<Key, Seen>) -> Listed {
    Listed {
        pages: vec![version],
        items: there
            .iter()
            .map(|(key, seen)| (key.clone(), *seen))
            .collect(),
    }
}

fn written(sign: &str, there: &mut BTreeMap<Key, Seen>) -> (Request, Answer) {
    let (what, version) = match sign.strip_suffix('?') {
        Some(what) => (what, None),
        None => {
            let (what, version) = sign.split_once('@').expect(sign);
            (what, Some(at(version)))
        }
    };
    if let Some(key) = what.strip_suffix('-') {
        let key: Key = key.into();
        let request = Request::Delete {
            key: key.clone(),
            only_at: None,
        };
        let answer = version.map(|version| Answer::Deleted {
            version,
            content: there.remove(&key).expect("it is there").content,
        });
        return (request, answer.unwrap_or(Answer::Unknown));
    }
    let (key, value) = what.split_once('=').expect(sign);
    let (key, content): (Key, Content) = (key.into(), content(value));
    let over = there.get(&key).copied();
    let request = match over {
        None => Request::Create {
            key: key.clone(),
            content,
        },
        Some(_) => Request::Update {
            key: key.clone(),
            content,
            only_at: None,
        },
    };
    let answer = version.map(|version| {
        there.insert(key, Seen { version, content });
        Answer::Wrote { version, over }
    });
    (request, answer.unwrap_or(Answer::Unknown))
}

fn told(sign: &str) -> Told {
    let change = |kind, rest: &str| {
        let (key, rest) = rest.split_once('=').expect(sign);
        let (value, version) = rest.split_once('@').expect(sign);
        Told::Change {
            kind,
            key: key.into(),
            seen: Seen {
                version: at(version),
                content: content(value),
            },
        }
    };
    let (head, rest) = sign.split_at(1);
    match head {
        "+" => change(Kind::Added, rest),
        "~" => change(Kind::Modified, rest),
        "-" => change(Kind::Deleted, rest),
        "|" => Told::Bookmark {
            version: at(rest.trim_start_matches('|')),
            ends_state: rest.starts_with('|'),
        },
        _ => Told::Error {
            code: rest.parse().expect(sign),
            reason: String::new(),
            message: String::new(),
        },
    }
}

/// A watch of everything, opened before anything was done.
fn watched(start: Start, signs: &str) -> Watched {
    let deliveries = (10_000..).zip(signs.split_whitespace());
    Watched {
        wish: Wish {
            scope: Scope::Everything,
            selection: None,
            start,
            progress: true,
        },
        opened: Moment(0),
        deliveries: deliveries
            .map(|(moment, sign)| Delivery {
                moment: Moment(moment),
                told: told(sign),
            })
            .collect(),
        ending: Ending::Left,
        resumes: None,
        due: None,
    }
}

pub(super) fn after(version: u64, signs: &str) -> Watched {
    watched(Start::After(Version::new(version)), signs)
}

pub(super) fn with_state(signs: &str) -> Watched {
    let start = Start::State {
        not_older_than: Version::UNSET,
    };
    watched(start, signs)
}

impl Watched {
    pub(super) fn of(mut self, scope: Scope) -> Self {
        self.wish.scope = scope;
        self
    }

    pub(super) fn selecting(mut self, remainder: u64) -> Self {
        self.wish.selection = Some(Selection { remainder });
        self
    }

    pub(super) fn without_progress(mut self) -> Self {
        self.wish.progress = false;
        self
    }

    pub(super) fn opened_at(mut self, moment: u64) -> Self {
        self.opened = Moment(moment);
        self
    }

    pub(super) fn due(mut self, version: u64) -> Self {
        self.due = Some(Version::new(version));
        self
    }

    pub(super) fn resuming(mut self, place: usize) -> Self {
        self.resumes = Some(place);
        self
    }
}

pub(super) fn history(signs: &str, watches: Vec<Watched>) -> WatchHistory {
    WatchHistory {
        operations: done(signs),
        watches,
    }
}

#[track_caller]
pub(super) fn accepts(signs: &str, watches: Vec<Watched>) {
    let history = history(signs, watches);
    if let Err(violation) = judge_watches(&history) {
        panic!("{}: {}", violation.guarantee, violation.phrase(&history));
    }
}
