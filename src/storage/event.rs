use k8s_openapi::apimachinery::pkg::apis::meta::v1::WatchEvent;

use super::{ResourceVersion, SelectionPredicate, Status};

const INITIAL_EVENTS_END: &str = "k8s.io/initial-events-end";

/// A place in the stream of events that everything up to a version has been sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bookmark {
    /// No event at or before this version follows.
    pub resource_version: ResourceVersion,
    /// Whether this ends the initial state (annotation `k8s.io/initial-events-end`).
    pub initial_events_end: bool,
}

/// What a watch delivers (backend §5.1).
#[derive(Clone, Debug, PartialEq)]
pub enum Event<T> {
    /// The object began to match: created, or changed into the selection, or part of the initial state.
    Added(T),
    /// The object matched before and matches still.
    Modified(T),
    /// The object ceased to match: the object as it last matched, at the version of the change.
    Deleted(T),
    /// Everything up to a version has been sent.
    Bookmark(Bookmark),
    /// The watch failed. Nothing follows.
    Error(Box<Status>),
}

impl<T> Event<T> {
    /// The name the API gives this kind of event.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Added(_) => "ADDED",
            Self::Modified(_) => "MODIFIED",
            Self::Deleted(_) => "DELETED",
            Self::Bookmark(_) => "BOOKMARK",
            Self::Error(_) => "ERROR",
        }
    }

    /// How a change looks to somebody who sees only what matches; `None` where nothing shows (backend §5.5).
    ///
    /// `previous` is the object before the change, at the version of the change, and `current` the one after it, each
    /// where there is one. Nobody needs to read the object before an update where the predicate is empty: the event is
    /// [`Event::Modified`] whatever it was.
    pub fn of_change(
        predicate: &SelectionPredicate<T>,
        previous: Option<T>,
        current: Option<T>,
    ) -> Option<Self> {
        let current = current.filter(|object| predicate.matches(object));
        let previous = previous.filter(|object| predicate.matches(object));
        match (previous, current) {
            (Some(_), Some(current)) => Some(Self::Modified(current)),
            (None, Some(current)) => Some(Self::Added(current)),
            (Some(previous), None) => Some(Self::Deleted(previous)),
            (None, None) => None,
        }
    }

    /// The object inside, where there is one.
    pub fn object(&self) -> Option<&T> {
        match self {
            Self::Added(object) | Self::Modified(object) | Self::Deleted(object) => Some(object),
            Self::Bookmark(_) | Self::Error(_) => None,
        }
    }
}

impl<T> From<Event<T>> for WatchEvent<T> {
    /// The form that goes over the wire to the API's clients.
    fn from(event: Event<T>) -> Self {
        match event {
            Event::Added(object) => Self::Added(object),
            Event::Modified(object) => Self::Modified(object),
            Event::Deleted(object) => Self::Deleted(object),
            Event::Bookmark(bookmark) => Self::Bookmark {
                annotations: bookmark
                    .initial_events_end
                    .then(|| (INITIAL_EVENTS_END.to_owned(), "true".to_owned()))
                    .into_iter()
                    .collect(),
                resource_version: bookmark.resource_version.to_string(),
            },
            Event::Error(status) => Self::ErrorStatus(*status),
        }
    }
}
