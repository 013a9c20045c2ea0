//! Lists with every combination of what a list can be asked (store §3.7.2).

use std::fmt;

use proptest::{
    prelude::{Just, Strategy, any},
    prop_oneof,
};
use serde::{Deserialize, Serialize};
use storeproof::storage::{ContinueToken, ListOptions, ResourceVersion, SelectionPredicate, Store};

use super::{
    asking::{matched, predicate},
    describe,
    generate::{at, name, scope, select},
    operation::{At, Match, Name, Scope, Select},
    player::Player,
    versions::Versions,
};
use crate::harness::{Fault, Verdict};

/// One list request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Query {
    scope: Scope,
    recursive: bool,
    version: Version,
    matching: Match,
    select: Select,
    limit: i8,
    token: Token,
}

/// The text of a resource version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Version {
    At(At),
    /// That of a write, with a zero in front: the same number.
    Padded(u8),
    /// A text that is always the same.
    Text(u8),
}

/// Numbers at the bounds of what stores count with, and texts that are no version.
const TEXTS: [&str; 9] = [
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "abc",
    "-1",
    "+1",
    " 1",
    "0x1",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Token {
    None,
    Broken,
    Made { start: Start, pinned: Pinned },
}

/// The key that a token goes on from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Start {
    /// The very first.
    Top,
    /// The one after an object, as a list of its namespace would put it.
    InNamespace(Name),
    /// The one after an object, as a list of everything would put it.
    InAll(Name),
    /// Behind every key.
    End,
}

/// The version that a token goes on at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Pinned {
    Latest,
    Zero,
    At(u8),
    Future,
}

impl Version {
    fn text(self, versions: &Versions) -> String {
        match self {
            Self::At(at) => versions.text(at),
            Self::Padded(write) => format!("0{}", versions.text(At::Write(write))),
            Self::Text(text) => fixed(text).to_owned(),
        }
    }
}

fn fixed(text: u8) -> &'static str {
    TEXTS.get(usize::from(text)).copied().unwrap_or("abc")
}

impl Token {
    fn text(self, versions: &Versions) -> Verdict<String> {
        let (start, pinned) = match self {
            Self::None => return Ok(String::new()),
            Self::Broken => return Ok("%%%".to_owned()),
            Self::Made { start, pinned } => (start, pinned),
        };
        let start = match start {
            Start::Top => "/".to_owned(),
            Start::InNamespace(name) => format!("{}\0", name.name()),
            Start::InAll(name) => format!("{}/{}\0", name.namespace(), name.name()),
            Start::End => "~".to_owned(),
        };
        let at = match pinned {
            Pinned::Latest => return made(&start, -1),
            Pinned::Zero => At::Zero,
            Pinned::At(write) => At::Write(write),
            Pinned::Future => At::Future,
        };
        let version = versions.resolve(at).map_or(0, ResourceVersion::get);
        made(&start, i64::try_from(version).unwrap_or(i64::MAX))
    }
}

fn made(start: &str, revision: i64) -> Verdict<String> {
    // Tokens are relative to whatever list they are used with.
    ContinueToken::encode(format!(":{start}"), ":", revision)
        .map_err(|error| Fault::Broken(format!("The case made a bad token: {error}")))
}

impl Player {
    pub(super) async fn query(&mut self, query: Query) -> Verdict<String> {
        let options = ListOptions {
            resource_version: query.version.text(&self.versions),
            resource_version_match: matched(query.matching),
            predicate: SelectionPredicate {
                limit: i64::from(query.limit),
                continue_token: query.token.text(&self.versions)?,
                ..predicate(query.select)
            },
            recursive: query.recursive,
        };
        Ok(
            match self.store.get_list(&query.scope.key(), &options).await {
                Ok(list) => describe::list(&self.versions, &list),
                Err(failed) => describe::refusal(&self.versions, &failed.error),
            },
        )
    }
}

pub(super) fn queries() -> impl Strategy<Value = Query> {
    let matching = prop_oneof![
        3 => Just(Match::Unset),
        3 => Just(Match::Exact),
        2 => Just(Match::NotOlderThan),
        1 => Just(Match::Unknown),
    ];
    let version = prop_oneof![
        8 => at().prop_map(Version::At),
        1 => any::<u8>().prop_map(Version::Padded),
        2 => (0..u8::try_from(TEXTS.len()).unwrap_or(1)).prop_map(Version::Text),
    ];
    let without = prop_oneof![9 => Just(Token::None), 1 => Just(Token::Broken)];
    // A version beside a token is refused, so most tokens come without one.
    let beside = prop_oneof![
        3 => Just(Version::At(At::Unset)),
        1 => Just(Version::At(At::Zero)),
        1 => version.clone(),
    ];
    let from = prop_oneof![3 => (version, without), 2 => (beside, token())];
    (scope(), 0..5_u8, from, matching, select(), -1..4_i8).prop_map(
        |(scope, single, (version, token), matching, select, limit)| Query {
            scope,
            recursive: single != 0,
            version,
            matching,
            select,
            limit,
            token,
        },
    )
}

fn token() -> impl Strategy<Value = Token> {
    let start = prop_oneof![
        1 => Just(Start::Top),
        3 => name().prop_map(Start::InNamespace),
        3 => name().prop_map(Start::InAll),
        1 => Just(Start::End),
    ];
    let pinned = prop_oneof![
        2 => Just(Pinned::Latest),
        1 => Just(Pinned::Zero),
        5 => any::<u8>().prop_map(Pinned::At),
        1 => Just(Pinned::Future),
    ];
    (start, pinned).prop_map(|(start, pinned)| Token::Made { start, pinned })
}

impl fmt::Display for Query {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.recursive { "list" } else { "list only" };
        write!(formatter, "{verb} {} at ", self.scope.key())?;
        match self.version {
            Version::At(at) => at.fmt(formatter)?,
            Version::Padded(write) => write!(formatter, "write #{write} with a zero in front")?,
            Version::Text(text) => write!(formatter, "version {:?}", fixed(text))?,
        }
        write!(formatter, ", match {:?}, {:?}", self.matching, self.select)?;
        if self.limit != 0 {
            write!(formatter, ", limit {}", self.limit)?;
        }
        match self.token {
            Token::None => Ok(()),
            Token::Broken => formatter.write_str(", with a token that is none"),
            Token::Made { start, pinned } => write!(formatter, ", going on {start} {pinned}"),
        }
    }
}

impl fmt::Display for Start {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Top => formatter.write_str("from the top"),
            Self::InNamespace(name) => write!(formatter, "after \"{}\"", name.name()),
            Self::InAll(name) => {
                write!(formatter, "after \"{}/{}\"", name.namespace(), name.name())
            }
            Self::End => formatter.write_str("behind the end"),
        }
    }
}

impl fmt::Display for Pinned {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => formatter.write_str("at the latest"),
            Self::Zero => At::Zero.fmt(formatter),
            Self::At(write) => write!(formatter, "at {}", At::Write(*write)),
            Self::Future => formatter.write_str("at a future version"),
        }
    }
}
