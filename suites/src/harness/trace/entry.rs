use storeproof::storage::{Event, Object, ResourceVersion, SelectionPredicate, WatchOptions};
use storeproof_fixtures::objects::Pod;

use crate::report::timeline::{Expected, Phrase, Told};

/// One thing that was observed on a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// An operation ended.
    Asked {
        /// The store it was asked of: zero is the case's own.
        store: usize,
        /// What was asked, and what came of it.
        asked: Asked,
    },
    /// A watch was started, or refused.
    Opened {
        /// The store it watches.
        store: usize,
        /// Its number; `None` where it was refused.
        watch: Option<usize>,
        /// What was asked for.
        opened: Opened,
    },
    /// A watch told something.
    Told {
        /// Its number.
        watch: usize,
        /// What it told.
        told: Told,
    },
    /// The case stopped a watch.
    Stopped {
        /// Its number.
        watch: usize,
    },
    /// Something is not what the case waited for.
    Wrong(Wrong),
}

/// What a case was disappointed by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// What it is.
    pub culprit: Culprit,
    /// What should have come.
    pub wanted: Expected,
    /// The same at length, as the failure says it.
    pub expected: String,
    /// The only watches that matter beside that of the culprit; none where everything does.
    pub beside: Option<Vec<usize>>,
}

/// Where a mark belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Culprit {
    /// What a watch told last.
    Last {
        /// Its number.
        watch: usize,
    },
    /// Something that a watch told.
    Delivery {
        /// Its number.
        watch: usize,
        /// How much it had told before, ends and silences included.
        before: usize,
    },
    /// How the last operation was answered.
    Answer,
}

impl Culprit {
    /// The number of the watch, where it is one.
    pub fn watch(self) -> Option<usize> {
        match self {
            Self::Last { watch } | Self::Delivery { watch, .. } => Some(watch),
            Self::Answer => None,
        }
    }
}

/// An operation with its result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// What was asked, with the key as the part that may be shortened.
    pub request: Phrase,
    /// What came of it; empty where nothing was to come of it.
    pub answer: String,
    /// What was written, where anything was.
    pub wrote: Option<Wrote>,
}

/// What an operation wrote, as far as its answer tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrote {
    /// The key.
    pub key: String,
    /// The version that the answer carries.
    pub version: ResourceVersion,
    /// Whether nothing is at the key any more.
    pub deleted: bool,
}

/// How a watch was started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// The key it was asked for.
    pub key: String,
    /// Everything below the key, or the object at it.
    pub recursive: bool,
    /// The version it starts from, as it was asked for.
    pub from: String,
    /// Whether it begins with the state.
    pub state: bool,
    /// Which objects it selects; empty where it selects all.
    pub selection: String,
    /// The error, where the store refused.
    pub refused: Option<String>,
}

impl Opened {
    pub(super) fn of(key: &str, options: &WatchOptions<Pod>) -> Self {
        let predicate = &options.predicate;
        let from = options.resource_version.clone();
        let now = matches!(&*from, "" | "0");
        Self {
            key: key.to_owned(),
            recursive: options.recursive,
            state: options.send_initial_events.unwrap_or(now),
            from,
            selection: selection(predicate),
            refused: None,
        }
    }

    /// Whether an object at a key is watched, as far as its key goes.
    pub(super) fn holds(&self, key: &str) -> bool {
        let (key, own) = (key.trim_start_matches('/'), self.key.trim_matches('/'));
        match key.strip_prefix(own) {
            Some(rest) if self.recursive => rest.starts_with('/'),
            Some(rest) => rest.is_empty(),
            None => false,
        }
    }

    /// What was asked, in a few words.
    pub(super) fn phrase(&self) -> Phrase {
        let from = match &*self.from {
            "" => "now",
            from => from,
        };
        let state = if self.state && !matches!(&*self.from, "" | "0") {
            " with the state"
        } else {
            ""
        };
        let selection = match &*self.selection {
            "" => String::new(),
            selection => format!(", where {selection}"),
        };
        Phrase {
            before: "watch ".to_owned(),
            name: self.key.clone(),
            after: format!(" from {from}{state}{selection}"),
        }
    }
}

/// Which objects a predicate selects; empty where it selects all.
pub(super) fn selection(predicate: &SelectionPredicate<Pod>) -> String {
    let parts = [predicate.label.to_string(), predicate.field.to_string()];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" and ")
}

/// An event, as much of it as a timeline shows.
pub(in crate::harness) fn told(event: &Event<Pod>) -> Told {
    match event {
        Event::Added(pod) | Event::Modified(pod) | Event::Deleted(pod) => {
            let name = pod.metadata.name.as_deref().unwrap_or("?");
            Told::Change {
                kind: event.kind().to_owned(),
                object: match pod.metadata.namespace.as_deref() {
                    Some(namespace) => format!("{namespace}/{name}"),
                    None => name.to_owned(),
                },
                revision: pod
                    .resource_version()
                    .ok()
                    .filter(|version| !version.is_unset()),
            }
        }
        Event::Bookmark(bookmark) => Told::Bookmark {
            revision: bookmark.resource_version,
            ends_state: bookmark.initial_events_end,
        },
        Event::Error(status) => Told::Error(format!(
            "{} {}",
            status.code.unwrap_or_default(),
            status.message.as_deref().unwrap_or_default()
        )),
    }
}
