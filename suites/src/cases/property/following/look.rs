use std::fmt;

use proptest::{
    prelude::{Just, Strategy},
    prop_oneof,
};
use serde::{Deserialize, Serialize};
use storeproof::storage::{
    ListOptions, ResourceVersion, ResourceVersionMatch, SelectionPredicate, WatchOptions,
};
use storeproof_fixtures::objects::{Pod, PodExt, everything, fields, labels, pod};

use super::step::name;
use crate::cases::property::operation::{Name, Scope};

/// What a list and a watch look at: below which key, and which objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Look {
    pub(super) scope: Scope,
    pub(super) select: Select,
}

/// Which objects, by a label, a field or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Select {
    Everything,
    Even,
    Odd,
    OnN1,
    NotOnN1,
    EvenOnN1,
    EvenNotOnN1,
    /// Those of one name.
    NamedA,
    /// None but the one that marks the end.
    Marked,
}

impl Select {
    /// The label and the field that it asks for.
    fn terms(self) -> (Option<(&'static str, &'static str)>, &'static str) {
        const EVEN: Option<(&str, &str)> = Some(("even", "true"));
        match self {
            Self::Everything => (None, ""),
            Self::Even => (EVEN, ""),
            Self::Odd => (Some(("even", "false")), ""),
            Self::OnN1 => (None, "spec.nodeName=n1"),
            Self::NotOnN1 => (None, "spec.nodeName!=n1"),
            Self::EvenOnN1 => (EVEN, "spec.nodeName=n1"),
            Self::EvenNotOnN1 => (EVEN, "spec.nodeName!=n1"),
            Self::NamedA => (None, "metadata.name=a"),
            Self::Marked => (Some(("marked", "true")), ""),
        }
    }

    pub(super) fn predicate(self) -> SelectionPredicate<Pod> {
        let (label, field) = self.terms();
        SelectionPredicate {
            label: label
                .map_or_else(everything, |label| labels(&[label]))
                .label,
            ..fields(field)
        }
    }
}

impl Look {
    /// All objects, whose mark is an object that no step touches.
    pub(super) const ALL: Self = Self {
        scope: Scope::All,
        select: Select::Everything,
    };

    pub(super) fn key(self) -> String {
        self.scope.key()
    }

    /// What is there now, or was at exactly that version.
    pub(super) fn list(self, at: Option<ResourceVersion>) -> ListOptions<Pod> {
        ListOptions {
            resource_version: at.map(|at| at.to_string()).unwrap_or_default(),
            resource_version_match: match at {
                Some(_) => ResourceVersionMatch::Exact,
                None => ResourceVersionMatch::Unset,
            },
            predicate: self.select.predicate(),
            recursive: self.scope.is_recursive(),
        }
    }

    /// What happens after a version.
    pub(super) fn watch(self, after: ResourceVersion) -> WatchOptions<Pod> {
        WatchOptions {
            resource_version: after.to_string(),
            predicate: self.select.predicate(),
            recursive: self.scope.is_recursive(),
            ..WatchOptions::default()
        }
    }

    /// What is there now and its end marked, and what happens then.
    pub(super) fn watch_with_state(self) -> WatchOptions<Pod> {
        WatchOptions {
            predicate: SelectionPredicate {
                allow_watch_bookmarks: true,
                ..self.select.predicate()
            },
            recursive: self.scope.is_recursive(),
            send_initial_events: Some(true),
            ..WatchOptions::default()
        }
    }

    /// An object that is looked at, changed by each mark: whoever waits for it has seen everything before.
    pub(super) fn sentinel(self, mark: usize) -> Pod {
        let bare = match self.scope {
            Scope::Object(name) => pod(name.namespace(), name.name()),
            Scope::All | Scope::Namespace(_) => {
                let namespace = match self.scope {
                    Scope::Namespace(namespace) => namespace,
                    _ => 0,
                };
                let name = match self.select {
                    Select::NamedA => "a",
                    _ => "zz",
                };
                pod(Name { namespace, name: 0 }.namespace(), name)
            }
        };
        let (label, field) = self.select.terms();
        let labelled = match label {
            Some((name, value)) => bare.label(name, value),
            None => bare,
        };
        let placed = match field {
            "spec.nodeName=n1" => labelled.node("n1"),
            _ => labelled,
        };
        placed.annotation("value", &format!("end {mark}"))
    }
}

impl fmt::Display for Look {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.key())?;
        let (label, field) = self.select.terms();
        let mut word = " where ";
        if let Some((name, value)) = label {
            write!(formatter, "{word}{name}={value}")?;
            word = " and ";
        }
        if field.is_empty() {
            return Ok(());
        }
        write!(formatter, "{word}{field}")
    }
}

pub(super) fn looks() -> impl Strategy<Value = Look> {
    let wide = prop_oneof![
        3 => Just(Scope::All),
        2 => (0..2_u8).prop_map(Scope::Namespace),
    ];
    let wide = (wide, select()).prop_map(|(scope, select)| Look { scope, select });
    // One object is not selected by its name: what no change can make it match could not be waited for.
    let single = (name(), select()).prop_map(|(name, select)| Look {
        scope: Scope::Object(name),
        select: match select {
            Select::NamedA => Select::Everything,
            other => other,
        },
    });
    prop_oneof![4 => wide, 1 => single]
}

fn select() -> impl Strategy<Value = Select> {
    prop_oneof![
        3 => Just(Select::Everything),
        2 => Just(Select::Even),
        1 => Just(Select::Odd),
        1 => Just(Select::OnN1),
        1 => Just(Select::NotOnN1),
        2 => Just(Select::EvenOnN1),
        1 => Just(Select::EvenNotOnN1),
        1 => Just(Select::NamedA),
        1 => Just(Select::Marked),
    ]
}
