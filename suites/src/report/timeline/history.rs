use std::time::Duration;

use storeproof::storage::ResourceVersion;

use super::Phrase;

/// What was done to a store and what its watches told, as it was observed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The watches. The first is drawn as `w1`; everything else names them by their position here.
    pub watches: Vec<Watched>,
    /// Operations and deliveries, in the order in which they were observed.
    pub steps: Vec<Step>,
    /// What is wrong, where that is known.
    pub mark: Option<Mark>,
}

/// A watch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// The store it was opened on. Revisions of different stores have nothing to do with each other.
    pub store: usize,
    /// The step that opened it.
    pub opened: usize,
    /// It tells of what was made later than this. Changes up to it stand below the opening instead of beside the
    /// operations that once made them: the state that a watch may begin with, or a mistake.
    pub after: ResourceVersion,
}

/// One thing that was observed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// An operation has ended.
    Operation(Operation),
    /// A watch told something, or should have.
    Told {
        /// The position of the watch.
        watch: usize,
        /// What it told.
        told: Told,
    },
}

/// An operation on a store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operation {
    /// The store it was asked of.
    pub store: usize,
    /// What was asked, such as `create /pods/ns/a`, with the key as the part that may be shortened.
    pub request: Phrase,
    /// What came of it, such as `@4`. May be empty.
    pub answer: String,
    /// The revision it made, where it changed anything.
    pub made: Option<ResourceVersion>,
    /// The watches that have to tell of it. A gap is drawn where one went on without: told of something later, passed it
    /// by with a bookmark, ended, or was waited for in vain.
    pub due: Vec<usize>,
}

/// What a watch told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// An object changed.
    Change {
        /// `ADDED`, `MODIFIED` or `DELETED`.
        kind: String,
        /// The object's name. Shortened in the middle where there is no room.
        object: String,
        /// The revision it carries, where that is one.
        revision: Option<ResourceVersion>,
    },
    /// A bookmark.
    Bookmark {
        /// Everything up to here has been told.
        revision: ResourceVersion,
        /// Whether it ends the state that the watch began with.
        ends_state: bool,
    },
    /// The watch failed, with this message.
    Error(String),
    /// The watch ended.
    End {
        /// Whether it had been stopped before.
        stopped: bool,
    },
    /// Nothing came for so long, though something was waited for.
    Silence(Duration),
}

/// The first mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The step that is wrong: a delivery, an end, a silence, or an operation whose answer is wrong.
    pub step: usize,
    /// What should have stood there, or been answered.
    pub expected: Option<Expected>,
}

/// What should have been told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Exactly this.
    Told(Told),
    /// What these few words say, such as `labels.x = "1", not "2"`.
    Words(String),
}

impl Expected {
    /// The revision of the change that should have been told of.
    pub(super) fn revision(&self) -> Option<ResourceVersion> {
        match self {
            Self::Told(Told::Change { revision, .. }) => *revision,
            _ => None,
        }
    }

    /// Whether it is a change, as far as that is known.
    pub(super) fn is_change(&self) -> bool {
        match self {
            Self::Told(told) => matches!(told, Told::Change { .. }),
            Self::Words(words) => !(words.starts_with("ERROR") || words.starts_with("the end")),
        }
    }
}

impl From<&Expected> for Phrase {
    fn from(expected: &Expected) -> Self {
        match expected {
            Expected::Told(told) => Self::from(told),
            Expected::Words(words) => Self::of(words.clone()),
        }
    }
}
