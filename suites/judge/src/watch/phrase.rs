use super::{Beside, Scope, Start, Told, WatchHistory, WatchViolation, Watched};
use crate::{Moment, phrase};

/// What a watch was asked for, in a few words.
pub fn wished(watch: &Watched) -> String {
    let wish = &watch.wish;
    let scope = match &wish.scope {
        Scope::Everything => "everything".to_owned(),
        Scope::Namespace(namespace) => format!("{namespace}/"),
        Scope::Object(key) => key.to_string(),
    };
    let selection = wish.selection.map_or(String::new(), |wanted| {
        format!(" of remainder {}", wanted.remainder)
    });
    let start = match wish.start {
        Start::After(version) => format!("after @{version}"),
        Start::State { not_older_than } if not_older_than.is_unset() => "with the state".to_owned(),
        Start::State { not_older_than } => {
            format!("with the state, not older than @{not_older_than}")
        }
    };
    let progress = if wish.progress { ", with progress" } else { "" };
    format!("{scope}{selection} {start}{progress}")
}

/// What a watch told, in a few words.
pub fn told(told: &Told) -> String {
    match told {
        Told::Change { kind, key, seen } => {
            format!("{} {key} {}@{}", kind.name(), seen.content.0, seen.version)
        }
        Told::Bookmark {
            version,
            ends_state,
        } => {
            let what = if *ends_state {
                ", end of the state"
            } else {
                ""
            };
            format!("BOOKMARK @{version}{what}")
        }
        Told::Error {
            code,
            reason,
            message,
        } => format!("ERROR {code} {reason}: {message}"),
    }
}

impl Beside {
    /// When it happened.
    pub fn moment(&self, history: &WatchHistory) -> Option<Moment> {
        match *self {
            Self::Operation(place) => history.operations.get(place).map(|found| found.call),
            Self::Delivery { watch, delivery } => {
                let watch = history.watches.get(watch)?;
                watch.deliveries.get(delivery).map(|found| found.moment)
            }
        }
    }

    /// It in a few words: when, who, and what.
    pub fn phrase(&self, history: &WatchHistory) -> String {
        let words = match *self {
            Self::Operation(place) => history.operations.get(place).map(phrase),
            Self::Delivery { watch, delivery } => {
                let found = history.watches.get(watch);
                let found = found.and_then(|watch| watch.deliveries.get(delivery));
                found
                    .map(|found| format!("{} watch {watch}: {}", found.moment.0, told(&found.told)))
            }
        };
        words.unwrap_or_default()
    }
}

impl WatchViolation {
    /// What the watch did, in one sentence.
    pub fn phrase(&self, history: &WatchHistory) -> String {
        let watch = history.watches.get(self.watch);
        let wish = watch.map(wished).unwrap_or_default();
        let delivery = self.delivery.and_then(|delivery| {
            let found = watch?.deliveries.get(delivery)?;
            Some(format!(", delivery {delivery}, {}", told(&found.told)))
        });
        format!(
            "watch {} ({wish}){}: {}",
            self.watch,
            delivery.unwrap_or_default(),
            self.why
        )
    }

    /// The few writes and deliveries that show it, a line each, in the order in which they happened; the delivery that
    /// does not fit is marked.
    pub fn lines(&self, history: &WatchHistory) -> Vec<String> {
        let culprit = self.delivery.map(|delivery| Beside::Delivery {
            watch: self.watch,
            delivery,
        });
        let mut beside: Vec<Beside> = self.around.iter().copied().chain(culprit).collect();
        beside.sort_by_key(|beside| (beside.moment(history), *beside));
        beside
            .into_iter()
            .map(|beside| {
                let mark = if Some(beside) == culprit { "✗ " } else { "" };
                format!("{mark}{}", beside.phrase(history))
            })
            .collect()
    }
}
