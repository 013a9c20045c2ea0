use std::sync::Arc;

use super::Version;

/// A logical instant: calls and returns are numbered in the order in which they happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub u64);

/// Who asked: one after another, never two things at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Client(pub u32);

/// What an object holds. Every write of a history writes another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Content(pub u64);

/// The name of an object.
pub type Key = Arc<str>;

/// An object as an answer showed it. A version that is unset was not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seen {
    /// The version it was written at.
    pub version: Version,
    /// What it holds.
    pub content: Content,
}

/// What was asked of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Store what is not there yet.
    Create {
        /// Where.
        key: Key,
        /// What.
        content: Content,
    },
    /// Store whatever is there.
    Put {
        /// Where.
        key: Key,
        /// What.
        content: Content,
    },
    /// Replace what is there.
    Update {
        /// Where.
        key: Key,
        /// With what.
        content: Content,
        /// Only if it was written at this version.
        only_at: Option<Version>,
    },
    /// Delete what is there.
    Delete {
        /// Where.
        key: Key,
        /// Only if it was written at this version.
        only_at: Option<Version>,
    },
    /// Read one object.
    Get {
        /// Which.
        key: Key,
    },
    /// Read all objects of the history.
    List,
    /// Ask for the version of the whole store.
    Current,
}

/// A list, all its pages together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The version of each page, in order; one where the list was not cut into pages.
    pub pages: Vec<Version>,
    /// The objects, in order.
    pub items: Vec<(Key, Seen)>,
}

impl Listed {
    /// The version that the list is of.
    pub fn version(&self) -> Version {
        self.pages.first().copied().unwrap_or_default()
    }
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was stored.
    Wrote {
        /// At this version.
        version: Version,
        /// In place of this; `None` where there was nothing, and after an update where that was not told.
        over: Option<Seen>,
    },
    /// It was deleted.
    Deleted {
        /// At this version.
        version: Version,
        /// What it held.
        content: Content,
    },
    /// It is there. In answer to a write: nothing was changed, for this is there and not what the write expects.
    Found(Seen),
    /// It is not there, and nothing was changed.
    Missing,
    /// It is there already, and nothing was changed.
    Exists,
    /// It is there, but of another version than the request named; nothing was changed.
    Conflict,
    /// All that is there.
    Listed(Listed),
    /// The version of the whole store.
    Current(Version),
    /// The store refused for a reason of its own; certainly nothing was changed.
    Refused,
    /// None, or none that tells whether something was changed.
    Unknown,
}

/// One operation of one client. A request about several objects is one operation for each of them, with the same client, call
/// and end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Who asked.
    pub client: Client,
    /// When.
    pub call: Moment,
    /// When the answer came. `None` where it may still take effect.
    pub end: Option<Moment>,
    /// What was asked.
    pub request: Request,
    /// What came back.
    pub answer: Answer,
    /// The version of the whole store that came with the answer; unset where none did.
    pub header: Version,
}

impl Operation {
    /// The one object it is about.
    pub fn key(&self) -> Option<&Key> {
        match &self.request {
            Request::Create { key, .. }
            | Request::Put { key, .. }
            | Request::Update { key, .. }
            | Request::Delete { key, .. }
            | Request::Get { key } => Some(key),
            Request::List | Request::Current => None,
        }
    }

    /// What it was to store.
    pub fn content(&self) -> Option<Content> {
        match self.request {
            Request::Create { content, .. }
            | Request::Put { content, .. }
            | Request::Update { content, .. } => Some(content),
            _ => None,
        }
    }

    /// The one version that it was to change.
    pub fn only_at(&self) -> Option<Version> {
        match self.request {
            Request::Update { only_at, .. } | Request::Delete { only_at, .. } => only_at,
            _ => None,
        }
    }

    /// Whether it was to change something.
    pub fn is_write(&self) -> bool {
        matches!(
            self.request,
            Request::Create { .. }
                | Request::Put { .. }
                | Request::Update { .. }
                | Request::Delete { .. }
        )
    }

    /// The version of the change that it was acknowledged.
    pub fn acknowledged(&self) -> Option<Version> {
        match self.answer {
            Answer::Wrote { version, .. } | Answer::Deleted { version, .. } => Some(version),
            _ => None,
        }
    }

    /// Whether it was told that it changed something.
    pub fn is_acknowledged(&self) -> bool {
        self.acknowledged().is_some()
    }

    /// Whether both are parts of one request, which happens as a whole: a client asks one thing at a time.
    pub(crate) fn is_of_one_with(&self, other: &Self) -> bool {
        self.client == other.client && self.call == other.call
    }

    /// Whether the answer came before the other one was asked.
    pub fn precedes(&self, other: &Self) -> bool {
        self.end.is_some_and(|end| end < other.call)
    }

    /// Every object that the answer shows, with its version where that is told.
    pub fn sights(&self) -> Vec<(&Key, Seen)> {
        match (&self.answer, self.key()) {
            (Answer::Found(seen), Some(key)) => vec![(key, *seen)],
            (Answer::Wrote { over, .. }, Some(key)) => {
                over.iter().map(|seen| (key, *seen)).collect()
            }
            (Answer::Deleted { content, .. }, Some(key)) => {
                let seen = Seen {
                    version: Version::UNSET,
                    content: *content,
                };
                vec![(key, seen)]
            }
            (Answer::Listed(list), _) => {
                list.items.iter().map(|(key, seen)| (key, *seen)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// What several clients did to one store that was empty before, in the order in which they asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History(Vec<Operation>);

impl History {
    /// Puts operations into the order in which they were asked.
    pub fn new(mut operations: Vec<Operation>) -> Self {
        operations.sort_by_key(|operation| operation.call);
        Self(operations)
    }

    /// The operations in the order in which they were asked.
    pub fn operations(&self) -> &[Operation] {
        &self.0
    }

    /// The operation at a position that a [`Violation`](super::Violation) names.
    pub fn get(&self, position: usize) -> Option<&Operation> {
        self.0.get(position)
    }
}
