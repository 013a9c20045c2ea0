use proptest::{
    collection::vec,
    option,
    prelude::{Just, Strategy, any},
    prop_oneof,
    strategy::BoxedStrategy,
};

use super::{
    operation::{At, Between, Content, Demand, Match, Name, Operation, Scope, Select, Suggest},
    query::queries,
};

/// Longest sequence that is generated.
const LENGTH: usize = 24;

/// What sequences may consist of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vocabulary {
    /// Single objects and lists of the latest state.
    Objects,
    /// Also lists at versions, and pages.
    Lists,
    /// Also watches from any version.
    Watches,
    /// Also compaction.
    Compaction,
    /// Writes, and lists with every combination of what a list can be asked.
    Queries,
    /// The same with history compacted.
    CompactedQueries,
}

pub(super) fn sequences(vocabulary: Vocabulary) -> impl Strategy<Value = Vec<Operation>> {
    vec(operation(vocabulary), 1..LENGTH)
}

fn operation(vocabulary: Vocabulary) -> BoxedStrategy<Operation> {
    match vocabulary {
        Vocabulary::Objects => prop_oneof![5 => write(), 2 => read(false)].boxed(),
        Vocabulary::Lists => {
            prop_oneof![5 => write(), 2 => read(true), 3 => pages(Just(None).boxed())].boxed()
        }
        Vocabulary::Watches => prop_oneof![5 => write(), 2 => watch()].boxed(),
        Vocabulary::Compaction => prop_oneof![
            6 => write(),
            2 => read(true),
            2 => pages(Just(Some(Between::Compact)).boxed()),
            2 => watch(),
            2 => compact(),
        ]
        .boxed(),
        Vocabulary::Queries => prop_oneof![1 => write(), 2 => query()].boxed(),
        Vocabulary::CompactedQueries => {
            prop_oneof![4 => write(), 8 => query(), 1 => compact()].boxed()
        }
    }
}

fn query() -> BoxedStrategy<Operation> {
    queries().prop_map(Operation::Query).boxed()
}

fn compact() -> BoxedStrategy<Operation> {
    any::<u8>()
        .prop_map(|write| Operation::Compact(At::Write(write)))
        .boxed()
}

pub(super) fn name() -> impl Strategy<Value = Name> {
    (0..Name::NAMESPACES, 0..Name::NAMES).prop_map(|(namespace, name)| Name { namespace, name })
}

pub(super) fn content() -> impl Strategy<Value = Content> {
    (any::<bool>(), any::<bool>(), 0..3_u8).prop_map(|(uid, even, value)| Content {
        uid,
        even,
        value,
    })
}

fn demand() -> impl Strategy<Value = Demand> {
    prop_oneof![
        4 => Just(Demand::Nothing),
        1 => any::<bool>().prop_map(Demand::Uid),
        1 => any::<u8>().prop_map(|write| Demand::Version(At::Write(write))),
        1 => (any::<bool>(), any::<u8>()).prop_map(|(uid, write)| Demand::Both(uid, At::Write(write))),
    ]
}

pub(super) fn suggest() -> impl Strategy<Value = Suggest> {
    prop_oneof![
        3 => Just(Suggest::Nothing),
        1 => Just(Suggest::Current),
        1 => Just(Suggest::Previous),
    ]
}

fn write() -> BoxedStrategy<Operation> {
    prop_oneof![
        3 => (name(), content()).prop_map(|(name, content)| Operation::Create(name, content)),
        4 => (name(), content(), any::<bool>(), demand(), suggest()).prop_map(
            |(name, content, create, demand, suggest)| Operation::Update {
                name,
                content,
                create,
                demand,
                suggest,
            }
        ),
        2 => (name(), demand(), suggest())
            .prop_map(|(name, demand, suggest)| Operation::Delete { name, demand, suggest }),
    ]
    .boxed()
}

pub(super) fn at() -> impl Strategy<Value = At> {
    prop_oneof![
        2 => Just(At::Unset),
        1 => Just(At::Zero),
        4 => any::<u8>().prop_map(At::Write),
        1 => Just(At::Future),
    ]
}

pub(super) fn scope() -> impl Strategy<Value = Scope> {
    prop_oneof![
        2 => Just(Scope::All),
        2 => (0..Name::NAMESPACES).prop_map(Scope::Namespace),
        1 => name().prop_map(Scope::Object),
    ]
}

pub(super) fn select() -> impl Strategy<Value = Select> {
    prop_oneof![
        3 => Just(Select::Everything),
        2 => Just(Select::Even),
        1 => Just(Select::NotA),
        1 => Just(Select::EvenAndNotA),
    ]
}

/// `versions`: whether lists go to earlier versions too, and objects are counted.
fn read(versions: bool) -> BoxedStrategy<Operation> {
    let bound = if versions {
        at().boxed()
    } else {
        prop_oneof![Just(At::Unset), Just(At::Zero)].boxed()
    };
    let matching = if versions {
        prop_oneof![
            Just(Match::Unset),
            Just(Match::Exact),
            Just(Match::NotOlderThan)
        ]
        .boxed()
    } else {
        Just(Match::Unset).boxed()
    };
    let single = prop_oneof![
        1 => (name(), any::<bool>(), at()).prop_map(|(name, ignore_not_found, at)| Operation::Get {
            name,
            ignore_not_found,
            at,
        }),
        2 => (scope(), bound, matching, select()).prop_map(|(scope, at, matching, select)| {
            Operation::List { scope, at, matching, select }
        }),
    ];
    if versions {
        prop_oneof![4 => single, 1 => Just(Operation::Count)].boxed()
    } else {
        single.boxed()
    }
}

fn pages(extra: BoxedStrategy<Option<Between>>) -> BoxedStrategy<Operation> {
    let between = prop_oneof![
        2 => extra,
        1 => option::of((name(), content()).prop_map(|(name, content)| Between::Write(name, content))),
        1 => option::of(name().prop_map(Between::Delete)),
    ];
    (scope(), at(), select(), 1..4_u8, between)
        .prop_map(|(scope, at, select, limit, between)| Operation::Pages {
            scope,
            at,
            select,
            limit,
            between,
        })
        .boxed()
}

fn watch() -> BoxedStrategy<Operation> {
    (scope(), at(), select(), option::of(any::<bool>()))
        .prop_map(|(scope, from, select, initial)| Operation::Watch {
            scope,
            from,
            select,
            initial,
        })
        .boxed()
}
