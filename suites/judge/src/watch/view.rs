use crate::Version;

use super::{
    Beside, Kind, Start, Told, WatchHistory, Watched,
    truth::{Change, Expected, Truth},
};
use crate::{Key, Seen};

/// What a guarantee looks at: one watch, and what is known of the rest.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) history: &'a WatchHistory,
    pub(super) truth: &'a Truth,
    /// The place of the watch in the history.
    pub(super) place: usize,
    pub(super) watch: &'a Watched,
}

/// A change as the watch told it.
#[derive(Clone, Copy)]
pub(super) struct Event<'a> {
    /// Its place among the deliveries.
    pub(super) delivery: usize,
    pub(super) kind: Kind,
    pub(super) key: &'a Key,
    pub(super) seen: Seen,
}

/// A bookmark as the watch told it.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    /// Its place among the deliveries.
    pub(super) delivery: usize,
    pub(super) version: Version,
    pub(super) ends_state: bool,
}

/// What a guarantee objects to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) delivery: Option<usize>,
    pub(super) why: String,
    pub(super) around: Vec<Beside>,
}

impl Finding {
    pub(super) fn at(delivery: usize, why: String) -> Self {
        Self {
            delivery: Some(delivery),
            why,
            around: Vec::new(),
        }
    }

    /// It shows by what never came.
    pub(super) fn missing(why: String) -> Self {
        Self {
            delivery: None,
            why,
            around: Vec::new(),
        }
    }

    /// The same, shown with more.
    pub(super) fn beside(mut self, more: impl IntoIterator<Item = Beside>) -> Self {
        self.around.extend(more);
        self
    }
}

impl<'a> View<'a> {
    /// The version after which changes are told: that of the wish, or that of the state once it has been told.
    pub(super) fn begin(&self) -> Option<Version> {
        match self.watch.wish.start {
            Start::After(version) => Some(version),
            Start::State { .. } => {
                let (_, rest) = self.watch.parts();
                rest.first().and_then(|first| first.told.version())
            }
        }
    }

    /// The changes that came as the state.
    pub(super) fn state(&self) -> impl Iterator<Item = Event<'a>> {
        let (state, _) = self.watch.parts();
        self.events()
            .take_while(move |event| event.delivery < state.len())
    }

    /// The changes that came behind the state, or after the version.
    pub(super) fn changes(&self) -> impl Iterator<Item = Event<'a>> {
        let (state, _) = self.watch.parts();
        self.events()
            .skip_while(move |event| event.delivery < state.len())
    }

    /// All changes that came.
    pub(super) fn events(&self) -> impl Iterator<Item = Event<'a>> {
        let deliveries = self.watch.deliveries.iter().enumerate();
        deliveries.filter_map(|(delivery, found)| match &found.told {
            Told::Change { kind, key, seen } => Some(Event {
                delivery,
                kind: *kind,
                key,
                seen: *seen,
            }),
            Told::Bookmark { .. } | Told::Error { .. } => None,
        })
    }

    /// All bookmarks that came.
    pub(super) fn marks(&self) -> impl Iterator<Item = Mark> {
        let deliveries = self.watch.deliveries.iter().enumerate();
        deliveries.filter_map(|(delivery, found)| match found.told {
            Told::Bookmark {
                version,
                ends_state,
            } => Some(Mark {
                delivery,
                version,
                ends_state,
            }),
            Told::Change { .. } | Told::Error { .. } => None,
        })
    }

    /// The changes that the watch certainly has to tell of, in order.
    pub(super) fn owed(&self) -> impl Iterator<Item = &'a Change> {
        self.owed_until(Version::new(u64::MAX))
    }

    /// Those of them that are not later than all that it told and all that was waited for.
    pub(super) fn owed_so_far(&self) -> impl Iterator<Item = &'a Change> {
        let told = self.watch.deliveries.iter();
        let told = told.filter_map(|delivery| delivery.told.version()).max();
        self.owed_until(told.max(self.watch.due).unwrap_or_default())
    }

    fn owed_until(&self, until: Version) -> impl Iterator<Item = &'a Change> {
        let View { truth, watch, .. } = *self;
        let after = self.begin().map(|begin| truth.after(begin));
        let after = after.unwrap_or_default().iter();
        after
            .take_while(move |change| change.version <= until)
            .filter(|change| {
                let expected = truth.expected(&watch.wish, change);
                matches!(expected, Expected::Exactly(_))
            })
    }

    /// A delivery of this watch, to show.
    pub(super) fn shown(&self, delivery: usize) -> Beside {
        Beside::Delivery {
            watch: self.place,
            delivery,
        }
    }

    /// The watches that led to this one, the first one first, and this one last.
    pub(super) fn chain(&self) -> Vec<View<'a>> {
        let mut chain = vec![*self];
        let mut resumes = self.watch.resumes;
        while let Some(place) = resumes
            && let Some(watch) = self.history.watches.get(place)
            && chain.iter().all(|view| view.place != place)
        {
            chain.push(View {
                place,
                watch,
                ..*self
            });
            resumes = watch.resumes;
        }
        chain.reverse();
        chain
    }
}

impl Change {
    /// The write behind it, to show.
    pub(super) fn shown(&self) -> Option<Beside> {
        self.operation.map(Beside::Operation)
    }
}
