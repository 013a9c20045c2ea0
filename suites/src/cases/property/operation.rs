use std::fmt;

use serde::{Deserialize, Serialize};

pub(super) use super::names::Name;
use super::query::Query;

/// What an object holds: little, so that updates often change nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Content {
    pub(super) uid: bool,
    pub(super) even: bool,
    pub(super) value: u8,
}

/// A version, named by what happened then, since stores number differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum At {
    /// None given.
    Unset,
    /// `"0"`.
    Zero,
    /// After that many effective writes, counted around.
    Write(u8),
    /// Far ahead of the store.
    Future,
}

/// `resourceVersionMatch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Match {
    Unset,
    Exact,
    NotOlderThan,
    /// One that no store knows.
    Unknown,
}

/// Below what key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Scope {
    All,
    Namespace(u8),
    Object(Name),
}

/// Which objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Select {
    Everything,
    Even,
    NotA,
    EvenAndNotA,
}

/// What the caller believes or demands of the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Demand {
    Nothing,
    Uid(bool),
    Version(At),
    Both(bool, At),
}

/// What the caller suggests as the stored object: nothing, or what it got at that time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Suggest {
    Nothing,
    /// The object as it is now.
    Current,
    /// The object as it was before its last change.
    Previous,
}

/// One step. Every operation makes sense in every state, so that any part of a sequence is a sequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Operation {
    Create(Name, Content),
    Update {
        name: Name,
        content: Content,
        create: bool,
        demand: Demand,
        suggest: Suggest,
    },
    Delete {
        name: Name,
        demand: Demand,
        suggest: Suggest,
    },
    Get {
        name: Name,
        ignore_not_found: bool,
        at: At,
    },
    List {
        scope: Scope,
        at: At,
        matching: Match,
        select: Select,
    },
    Pages {
        scope: Scope,
        at: At,
        select: Select,
        limit: u8,
        between: Option<Between>,
    },
    Watch {
        scope: Scope,
        from: At,
        select: Select,
        initial: Option<bool>,
    },
    Query(Query),
    Count,
    Compact(At),
}

/// What happens between two pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Between {
    Write(Name, Content),
    Delete(Name),
    Compact,
}

impl Scope {
    pub(super) fn key(self) -> String {
        match self {
            Self::All => "/pods/".to_owned(),
            Self::Namespace(namespace) => {
                format!("/pods/{}", Name { namespace, name: 0 }.namespace())
            }
            Self::Object(name) => name.key(),
        }
    }

    pub(super) fn is_recursive(self) -> bool {
        !matches!(self, Self::Object(_))
    }
}

impl fmt::Display for At {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unset => formatter.write_str("no version"),
            Self::Zero => formatter.write_str("version 0"),
            Self::Write(write) => write!(formatter, "write #{write}"),
            Self::Future => formatter.write_str("a future version"),
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create(name, content) => {
                write!(formatter, "create {} value {}", name.key(), content.value)
            }
            Self::Update {
                name,
                content,
                create,
                demand,
                suggest,
            } => {
                let verb = if *create {
                    "create or update"
                } else {
                    "update"
                };
                write!(
                    formatter,
                    "{verb} {} to value {}, even {}{}{}",
                    name.key(),
                    content.value,
                    content.even,
                    phrase(*demand),
                    suggest.phrase()
                )
            }
            Self::Delete {
                name,
                demand,
                suggest,
            } => write!(
                formatter,
                "delete {}{}{}",
                name.key(),
                phrase(*demand),
                suggest.phrase()
            ),
            Self::Get { name, at, .. } => write!(formatter, "get {} at {at}", name.key()),
            Self::List {
                scope,
                at,
                matching,
                select,
            } => write!(
                formatter,
                "list {} at {at}, match {matching:?}, {select:?}",
                scope.key()
            ),
            Self::Pages {
                scope,
                at,
                select,
                limit,
                between,
            } => {
                write!(
                    formatter,
                    "list {} at {at} in pages of {limit}, {select:?}",
                    scope.key()
                )?;
                match between {
                    None => Ok(()),
                    Some(Between::Write(name, _)) => {
                        write!(formatter, ", writing {} after the first", name.key())
                    }
                    Some(Between::Delete(name)) => {
                        write!(formatter, ", deleting {} after the first", name.key())
                    }
                    Some(Between::Compact) => formatter.write_str(", compacting after the first"),
                }
            }
            Self::Watch {
                scope,
                from,
                select,
                initial,
            } => {
                write!(formatter, "watch {} from {from}, {select:?}", scope.key())?;
                match initial {
                    None => Ok(()),
                    Some(true) => formatter.write_str(", current state first"),
                    Some(false) => formatter.write_str(", changes only"),
                }
            }
            Self::Query(query) => query.fmt(formatter),
            Self::Count => formatter.write_str("count"),
            Self::Compact(at) => write!(formatter, "compact at {at}"),
        }
    }
}

fn phrase(demand: Demand) -> String {
    match demand {
        Demand::Nothing => String::new(),
        Demand::Uid(uid) => format!(" if its UID is uid-{}", u8::from(uid)),
        Demand::Version(at) => format!(" if it is as of {at}"),
        Demand::Both(uid, at) => {
            format!(" if its UID is uid-{} and it is as of {at}", u8::from(uid))
        }
    }
}

impl Suggest {
    pub(super) fn phrase(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Current => ", suggesting the current object",
            Self::Previous => ", suggesting the object before its last change",
        }
    }
}
