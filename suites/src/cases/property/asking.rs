//! What operations ask of a store.

use storeproof::storage::{ResourceVersionMatch, SelectionPredicate};
use storeproof_fixtures::objects::{Pod, everything, fields, labels};

use super::operation::{Match, Select};

pub(super) fn matched(matching: Match) -> ResourceVersionMatch {
    match matching {
        Match::Unset => ResourceVersionMatch::Unset,
        Match::Exact => ResourceVersionMatch::Exact,
        Match::NotOlderThan => ResourceVersionMatch::NotOlderThan,
        Match::Unknown => ResourceVersionMatch::Other("Newest".to_owned()),
    }
}

pub(super) fn predicate(select: Select) -> SelectionPredicate<Pod> {
    match select {
        Select::Everything => everything(),
        Select::Even => labels(&[("even", "true")]),
        Select::NotA => fields("metadata.name!=a"),
        Select::EvenAndNotA => SelectionPredicate {
            field: fields("metadata.name!=a").field,
            ..predicate(Select::Even)
        },
    }
}
