use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any},
    prop_oneof,
};
use serde::{Deserialize, Serialize};
use storeproof_fixtures::objects::{Pod, PodExt, pod};

use super::look::{Look, looks};
use crate::cases::property::operation::Name;

/// Longest history that is generated, without what is looked at in the end.
const LENGTH: usize = 14;

/// One step of a history. Every step makes sense in every state, so that any part of a history is a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Step {
    /// Creates the object or replaces it, which may change nothing.
    Write(Name, Content),
    Delete(Name),
    /// A write below another path prefix.
    Elsewhere,
    /// Advances the version of the whole store, where the backend can.
    Bump,
    /// Compacts history at the version of that many writes, counted around.
    Compact(u8),
    /// Looks at this from now on.
    Follow(Look),
    /// Each watch is dropped after so many more events at most, and resumed after the last version it showed.
    Resume(u8),
}

/// What an object holds: little, so that writes often change nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Content {
    pub(super) even: bool,
    /// On the node n1 or on n2.
    pub(super) first: bool,
    pub(super) value: u8,
}

impl Content {
    pub(super) fn of(self, name: Name) -> Pod {
        pod(name.namespace(), name.name())
            .label("even", if self.even { "true" } else { "false" })
            .node(if self.first { "n1" } else { "n2" })
            .annotation("value", &self.value.to_string())
    }

    pub(super) fn phrase(self) -> String {
        let even = if self.even { "even" } else { "odd" };
        let node = if self.first { "n1" } else { "n2" };
        format!("{even}, on {node}, value {}", self.value)
    }
}

/// What histories may consist of, beside writes and looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vocabulary {
    Writes,
    Compactions,
    /// What is looked at is followed from the beginning.
    Live,
    /// The same, with watches that are dropped and resumed.
    Resumptions,
}

pub(super) fn histories(vocabulary: Vocabulary) -> impl Strategy<Value = Vec<Step>> {
    let special = match vocabulary {
        Vocabulary::Writes | Vocabulary::Live => Just(Step::Bump).boxed(),
        Vocabulary::Compactions => any::<u8>().prop_map(Step::Compact).boxed(),
        Vocabulary::Resumptions => (0..4_u8).prop_map(Step::Resume).boxed(),
    };
    let step = prop_oneof![
        12 => (name(), content()).prop_map(|(name, content)| Step::Write(name, content)),
        6 => name().prop_map(Step::Delete),
        1 => Just(Step::Elsewhere),
        1 => Just(Step::Bump),
        2 => looks().prop_map(Step::Follow),
        3 => special,
    ];
    // Something is looked at in every history.
    (looks(), vec(step, 1..LENGTH)).prop_map(move |(look, mut steps)| {
        match vocabulary {
            Vocabulary::Live | Vocabulary::Resumptions => steps.insert(0, Step::Follow(look)),
            _ => steps.push(Step::Follow(look)),
        }
        steps
    })
}

pub(super) fn name() -> impl Strategy<Value = Name> {
    (0..2_u8, 0..2_u8).prop_map(|(namespace, name)| Name { namespace, name })
}

pub(super) fn content() -> impl Strategy<Value = Content> {
    (any::<bool>(), any::<bool>(), 0..2_u8).prop_map(|(even, first, value)| Content {
        even,
        first,
        value,
    })
}
