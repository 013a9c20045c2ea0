use crate::Version;

use crate::{Content, History, Key, Moment, Seen};

/// Which objects a watch is about, by their keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All objects of the history.
    Everything,
    /// All objects of a namespace: their keys begin with it and a slash.
    Namespace(Key),
    /// One object.
    Object(Key),
}

impl Scope {
    /// Whether the object belongs to it.
    pub fn holds(&self, key: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Namespace(namespace) => key
                .strip_prefix(&**namespace)
                .is_some_and(|rest| rest.starts_with('/')),
            Self::Object(object) => **object == *key,
        }
    }
}

/// Which objects a watch is about, by what they hold: those whose content leaves this remainder.
///
/// Whoever writes stores the remainder as a label, so that a store can select by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// From zero to one below [`Selection::DIVISOR`].
    pub remainder: u64,
}

impl Selection {
    /// What contents are divided by. So few that an object that is changed comes and goes.
    pub const DIVISOR: u64 = 3;

    /// Whether an object that holds this belongs to it.
    pub const fn holds(self, content: Content) -> bool {
        content.0 % Self::DIVISOR == self.remainder
    }
}

/// Where a watch begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With the first change after this version, which is set.
    After(Version),
    /// With the state of now, as ADDED events and a bookmark behind them that ends it.
    State {
        /// The state may not be older than this; unset where it was not said.
        not_older_than: Version,
    },
}

/// What a watch was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Which objects, by key.
    pub scope: Scope,
    /// Which objects, by content; `None` for all.
    pub selection: Option<Selection>,
    /// From where on.
    pub start: Start,
    /// Whether it wants to be told of progress.
    pub progress: bool,
}

impl Wish {
    /// Whether an object that holds this is to be told of.
    pub fn holds(&self, key: &str, content: Content) -> bool {
        self.scope.holds(key) && self.selection.is_none_or(|wanted| wanted.holds(content))
    }
}

/// How an object changed for a watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It began to match.
    Added,
    /// It matched before and matches still.
    Modified,
    /// It ceased to match.
    Deleted,
}

impl Kind {
    /// The name the API gives it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "ADDED",
            Self::Modified => "MODIFIED",
            Self::Deleted => "DELETED",
        }
    }
}

/// What a watch told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// An object changed.
    Change {
        /// How.
        kind: Kind,
        /// Which object.
        key: Key,
        /// The version and content that came with it. A content that nobody wrote is zero.
        seen: Seen,
    },
    /// Everything up to a version has been told.
    Bookmark {
        /// Which version.
        version: Version,
        /// Whether it ends the initial state.
        ends_state: bool,
    },
    /// The watch failed.
    Error {
        /// The HTTP code.
        code: i32,
        /// The reason that programs read.
        reason: String,
        /// The message that people read.
        message: String,
    },
}

impl Told {
    /// The version of a change or a bookmark.
    pub fn version(&self) -> Option<Version> {
        match self {
            Self::Change { seen, .. } => Some(seen.version),
            Self::Bookmark { version, .. } => Some(*version),
            Self::Error { .. } => None,
        }
    }
}

/// One event, and when the watcher read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// When it was read.
    pub moment: Moment,
    /// What it said.
    pub told: Told,
}

/// How a watch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nobody read on: more may have been on its way.
    Left,
    /// The watcher stopped it, and read everything until it was closed.
    Stopped,
    /// It was closed though nobody had stopped it, after an error or without one.
    Closed,
}

/// One watch: what was asked for, and all that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// What was asked for.
    pub wish: Wish,
    /// When it was asked for.
    pub opened: Moment,
    /// What came, in order.
    pub deliveries: Vec<Delivery>,
    /// How it ended.
    pub ending: Ending,
    /// The watch, by its place in the history, that this one continues: it begins after what that one told last.
    pub resumes: Option<usize>,
    /// The watcher waited long enough for everything up to here: what is missing of it is lost. `None` where it did not
    /// wait, or the watch was closed before.
    pub due: Option<Version>,
}

impl Watched {
    /// The version that it had got to: where a watch that continues it has to begin. `None` before the first event.
    ///
    /// The state counts only once a bookmark has ended it: its objects come in the order of their keys.
    pub fn reached(&self) -> Option<Version> {
        let begun = match self.wish.start {
            Start::After(version) => Some(version),
            Start::State { .. } => None,
        };
        let told = match self.wish.start {
            Start::After(_) => self.deliveries.as_slice(),
            Start::State { .. } => {
                let (_, rest) = self.parts();
                rest
            }
        };
        let versions = told.iter().filter_map(|delivery| delivery.told.version());
        begun.into_iter().chain(versions).max()
    }

    /// What came as the state, without the bookmark that ends it, and everything from that bookmark on.
    ///
    /// A watch that does not begin with the state has none. One that was never told its end has nothing else.
    pub fn parts(&self) -> (&[Delivery], &[Delivery]) {
        let until = match self.wish.start {
            Start::After(_) => 0,
            Start::State { .. } => self
                .deliveries
                .iter()
                .position(|delivery| {
                    matches!(
                        delivery.told,
                        Told::Bookmark {
                            ends_state: true,
                            ..
                        }
                    )
                })
                .unwrap_or(self.deliveries.len()),
        };
        self.deliveries.split_at(until)
    }
}

/// What several clients wrote and read, and what watches told of it meanwhile.
///
/// The store held nothing of it before, nothing of it expires by itself, and nobody else writes there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchHistory {
    /// The writes with the versions that they were acknowledged at, those of unknown outcome too; and reads, which show
    /// what became of these.
    pub operations: History,
    /// The watches, in any order.
    pub watches: Vec<Watched>,
}
