use std::fmt;

use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any},
    prop_oneof,
    strategy::BoxedStrategy,
};
use serde::{Deserialize, Serialize};

use super::{
    generate::{content, name, suggest},
    operation::{Content, Name, Suggest},
};

/// Keys that no store accepts for a single object.
const BAD_KEYS: [&str; 6] = ["", "/", "/pods/ns/..", "/pods/./a", "/other/ns/a", ".."];

/// One step: a write that succeeds, or a request that fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Step {
    Write(Name, Content),
    Delete(Name),
    Fail(Failing),
}

/// A request that no store can fulfil.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Failing {
    /// At a key that is none.
    Key(Verb, u8),
    /// A read at a version that is no number, or not there yet.
    Version(Read, Name, Bad),
    /// A list with a match or a token that is none.
    List(Nonsense),
    /// Creating what is there; nothing where it is not.
    CreateExisting(Name, Content),
    /// Creating an object that carries a version.
    CreateVersioned(Name),
    /// A precondition that does not hold.
    Precondition(Change, Name, Demand, Suggest),
    /// The caller's own callback refuses.
    Refused(Change, Name, Suggest),
    /// Deleting an object as unreadable that can be read.
    DeleteUnsafely(Name),
    /// The transformer or the codec fails on the way in.
    Writing(Part, Change, Name, Content),
    /// The transformer or the codec fails on the way out.
    Reading(Part, Verb, Name),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Verb {
    Create,
    Get,
    List,
    Update,
    Delete,
    Watch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Read {
    Get,
    List,
    Watch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Bad {
    Word,
    Future,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Nonsense {
    Match,
    Token,
}

/// What a refused request would change the object by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Change {
    Create,
    Update,
    CreateOrUpdate,
    Delete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Demand {
    Uid,
    Version,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Part {
    Transformer,
    Codec,
}

/// `parts`: whether transformer and codec fail, rather than the caller.
pub(super) fn steps(parts: bool) -> impl Strategy<Value = Vec<Step>> {
    let failing = if parts { broken() } else { refused() };
    let step = prop_oneof![
        3 => (name(), content()).prop_map(|(name, content)| Step::Write(name, content)),
        1 => name().prop_map(Step::Delete),
        4 => failing.prop_map(Step::Fail),
    ];
    vec(step, 1..24)
}

fn refused() -> BoxedStrategy<Failing> {
    let demand = prop_oneof![Just(Demand::Uid), Just(Demand::Version)];
    let nonsense = prop_oneof![Just(Nonsense::Match), Just(Nonsense::Token)];
    let read = prop_oneof![Just(Read::Get), Just(Read::List), Just(Read::Watch)];
    let bad = prop_oneof![Just(Bad::Word), Just(Bad::Future)];
    let change = || {
        prop_oneof![
            Just(Change::Update),
            Just(Change::CreateOrUpdate),
            Just(Change::Delete)
        ]
    };
    prop_oneof![
        2 => (verb(), any::<u8>()).prop_map(|(verb, key)| Failing::Key(verb, key)),
        1 => (read, name(), bad).prop_map(|(read, name, bad)| Failing::Version(read, name, bad)),
        1 => nonsense.prop_map(Failing::List),
        2 => (name(), content()).prop_map(|(name, content)| Failing::CreateExisting(name, content)),
        1 => name().prop_map(Failing::CreateVersioned),
        3 => (change(), name(), demand, suggest()).prop_map(|(change, name, demand, suggest)| {
            Failing::Precondition(change, name, demand, suggest)
        }),
        3 => (change(), name(), suggest())
            .prop_map(|(change, name, suggest)| Failing::Refused(change, name, suggest)),
        1 => name().prop_map(Failing::DeleteUnsafely),
    ]
    .boxed()
}

fn broken() -> BoxedStrategy<Failing> {
    let part = || prop_oneof![Just(Part::Transformer), Just(Part::Codec)];
    let change = prop_oneof![
        Just(Change::Create),
        Just(Change::Update),
        Just(Change::CreateOrUpdate)
    ];
    let verb = prop_oneof![
        Just(Verb::Get),
        Just(Verb::List),
        Just(Verb::Update),
        Just(Verb::Delete)
    ];
    prop_oneof![
        (part(), change, name(), content()).prop_map(|(part, change, name, content)| {
            Failing::Writing(part, change, name, content)
        }),
        (part(), verb, name()).prop_map(|(part, verb, name)| Failing::Reading(part, verb, name)),
    ]
    .boxed()
}

fn verb() -> impl Strategy<Value = Verb> {
    prop_oneof![
        Just(Verb::Create),
        Just(Verb::Get),
        Just(Verb::List),
        Just(Verb::Update),
        Just(Verb::Delete),
        Just(Verb::Watch)
    ]
}

/// A list makes `/pods` the key of a collection, so none of these is just that.
pub(super) fn bad_key(key: u8) -> &'static str {
    BAD_KEYS
        .get(usize::from(key) % BAD_KEYS.len())
        .copied()
        .unwrap_or_default()
}

impl Failing {
    /// The object that the request is about, where it is about one.
    pub(super) fn name(self) -> Option<Name> {
        match self {
            Self::Key(..) | Self::List(_) => None,
            Self::Version(_, name, _)
            | Self::CreateExisting(name, _)
            | Self::CreateVersioned(name)
            | Self::Precondition(_, name, ..)
            | Self::Refused(_, name, _)
            | Self::DeleteUnsafely(name)
            | Self::Writing(_, _, name, _)
            | Self::Reading(_, _, name) => Some(name),
        }
    }
}

impl fmt::Display for Failing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(verb, key) => write!(formatter, "{verb} at key {:?}", bad_key(*key)),
            Self::Version(read, name, Bad::Word) => {
                write!(formatter, "{read:?} {} at version \"abc\"", name.key())
            }
            Self::Version(read, name, Bad::Future) => {
                write!(formatter, "{read:?} {} at a future version", name.key())
            }
            Self::List(Nonsense::Match) => formatter.write_str("list with an unknown match"),
            Self::List(Nonsense::Token) => formatter.write_str("list with a token that is none"),
            Self::CreateExisting(name, _) => write!(formatter, "create {} again", name.key()),
            Self::CreateVersioned(name) => {
                write!(formatter, "create {} with a version in it", name.key())
            }
            Self::Precondition(change, name, demand, suggest) => write!(
                formatter,
                "{change} {} if it has another {}{}",
                name.key(),
                match demand {
                    Demand::Uid => "UID",
                    Demand::Version => "version",
                },
                suggest.phrase()
            ),
            Self::Refused(change, name, suggest) => write!(
                formatter,
                "{change} {}, which the caller's callback refuses{}",
                name.key(),
                suggest.phrase()
            ),
            Self::DeleteUnsafely(name) => {
                write!(
                    formatter,
                    "delete {} as if it could not be read",
                    name.key()
                )
            }
            Self::Writing(part, change, name, _) => write!(
                formatter,
                "{change} {} while the {part} fails to write",
                name.key()
            ),
            Self::Reading(part, verb, name) => write!(
                formatter,
                "{verb} {} while the {part} fails to read",
                name.key()
            ),
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Create => "create",
            Self::Get => "get",
            Self::List => "list",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Watch => "watch",
        })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::CreateOrUpdate => "create or update",
            Self::Delete => "delete",
        })
    }
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Transformer => "transformer",
            Self::Codec => "codec",
        })
    }
}
