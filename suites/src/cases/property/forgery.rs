use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any},
    prop_oneof,
};
use serde::{Deserialize, Serialize};

use super::operation::{Name, Scope};

/// Keys that a token might lead astray with.
const STARTS: [&str; 16] = [
    "../ns2/a",
    "../../podz/ns/a",
    "..",
    "./b",
    "a/../../ns2/a",
    "a//b",
    "b/",
    "/ns2/a",
    "/",
    "",
    "\0",
    "zz",
    "~",
    "\u{10ffff}",
    "..\0",
    "%2e%2e/ns2/a",
];

/// A token that a store gave out for one list, changed, and used with another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Forgery {
    /// The list that the token is for.
    pub(super) minted: Scope,
    /// The list that it is used with.
    pub(super) used: Scope,
    /// So many objects a page.
    pub(super) limit: u8,
    pub(super) changes: Vec<Change>,
}

/// One change to a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Change {
    /// Another bit of its text.
    Flip(u8, u8),
    /// One more letter in its text.
    Insert(u8, u8),
    /// One letter less.
    Remove(u8),
    /// A bit of what is encoded.
    FlipInside(u8, u8),
    /// Another key to go on from.
    Start(u8),
    /// The key of an object, as another list would have it.
    Object(Name),
    /// The key of an object, by a way out of the list.
    Climb(Name),
    /// Another version.
    Revision(i64),
    /// Another format.
    Format(u8),
    /// One member less.
    Without(u8),
    /// One member more.
    With(u8),
}

pub(super) fn forgeries() -> impl Strategy<Value = Vec<Forgery>> {
    let scope = || {
        prop_oneof![
            1 => Just(Scope::All),
            2 => (0..Name::ALL_NAMESPACES).prop_map(Scope::Namespace),
        ]
    };
    let forgery = (scope(), scope(), 1..4_u8, vec(change(), 0..4)).prop_map(
        |(minted, used, limit, changes)| Forgery {
            minted,
            used,
            limit,
            changes,
        },
    );
    vec(forgery, 1..16)
}

fn change() -> impl Strategy<Value = Change> {
    let revision = prop_oneof![
        4 => -3..4_i64,
        1 => Just(i64::MAX),
        1 => Just(i64::MIN),
        1 => any::<i64>(),
    ];
    let name = (0..Name::ALL_NAMESPACES, 0..Name::NAMES)
        .prop_map(|(namespace, name)| Name { namespace, name });
    prop_oneof![
        2 => (any::<u8>(), 0..7_u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        2 => (any::<u8>(), 1..128_u8).prop_map(|(at, letter)| Change::Insert(at, letter)),
        2 => any::<u8>().prop_map(Change::Remove),
        3 => (any::<u8>(), 0..8_u8).prop_map(|(at, bit)| Change::FlipInside(at, bit)),
        5 => (0..16_u8).prop_map(Change::Start),
        2 => name.clone().prop_map(Change::Object),
        3 => name.prop_map(Change::Climb),
        2 => revision.prop_map(Change::Revision),
        1 => (0..3_u8).prop_map(Change::Format),
        1 => (0..3_u8).prop_map(Change::Without),
        1 => (0..3_u8).prop_map(Change::With),
    ]
}

impl Forgery {
    /// The token after all changes.
    pub(super) fn of(&self, token: &str) -> String {
        self.changes
            .iter()
            .fold(token.to_owned(), |token, change| change.apply(&token))
    }
}

impl Change {
    /// Leaves a token alone that it cannot be applied to.
    fn apply(&self, token: &str) -> String {
        match self {
            Self::Flip(at, bit) => {
                let mut text = token.as_bytes().to_vec();
                flip(&mut text, *at, *bit);
                String::from_utf8(text).unwrap_or_else(|_| token.to_owned())
            }
            Self::Insert(at, letter) => {
                let mut letters: Vec<char> = token.chars().collect();
                letters.insert(usize::from(*at) % (letters.len() + 1), char::from(*letter));
                letters.into_iter().collect()
            }
            Self::Remove(at) => {
                let mut letters: Vec<char> = token.chars().collect();
                if !letters.is_empty() {
                    letters.remove(usize::from(*at) % letters.len());
                }
                letters.into_iter().collect()
            }
            Self::FlipInside(at, bit) => match URL_SAFE_NO_PAD.decode(token) {
                Ok(mut inside) => {
                    flip(&mut inside, *at, *bit);
                    URL_SAFE_NO_PAD.encode(inside)
                }
                Err(_) => token.to_owned(),
            },
            member => member.rewrite(token).unwrap_or_else(|| token.to_owned()),
        }
    }

    /// Changes the members of the JSON inside.
    fn rewrite(&self, token: &str) -> Option<String> {
        let inside = URL_SAFE_NO_PAD.decode(token).ok()?;
        let mut json: serde_json::Value = serde_json::from_slice(&inside).ok()?;
        let members = json.as_object_mut()?;
        let member = |which: &u8| ["v", "rv", "start"].get(usize::from(*which)).copied();
        match self {
            Self::Start(start) => {
                members.insert("start".to_owned(), known(*start).into());
            }
            Self::Object(name) => {
                let start = format!("{}/{}\0", name.namespace(), name.name());
                members.insert("start".to_owned(), start.into());
            }
            Self::Climb(name) => {
                let start = format!("../{}/{}", name.namespace(), name.name());
                members.insert("start".to_owned(), start.into());
            }
            Self::Revision(revision) => {
                members.insert("rv".to_owned(), (*revision).into());
            }
            Self::Format(which) => {
                let format = ["", "v1", "meta.k8s.io/v2"].get(usize::from(*which))?;
                members.insert("v".to_owned(), (*format).into());
            }
            Self::Without(which) => {
                members.remove(member(which)?);
            }
            Self::With(which) => {
                let mut name = member(which)?.to_uppercase();
                name.push('2');
                members.insert(name, 1.into());
            }
            _ => {}
        }
        Some(URL_SAFE_NO_PAD.encode(json.to_string()))
    }
}

fn known(start: u8) -> &'static str {
    STARTS.get(usize::from(start)).copied().unwrap_or("..")
}

fn flip(bytes: &mut [u8], at: u8, bit: u8) {
    let length = bytes.len().max(1);
    if let Some(byte) = bytes.get_mut(usize::from(at) % length) {
        *byte ^= 1 << bit;
    }
}

impl fmt::Display for Forgery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "a token of {} used with {} in pages of {}",
            self.minted.key(),
            self.used.key(),
            self.limit
        )?;
        self.changes
            .iter()
            .try_for_each(|change| write!(formatter, ", {change}"))
    }
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flip(at, bit) => write!(formatter, "bit {bit} of letter {at} flipped"),
            Self::Insert(at, letter) => {
                write!(formatter, "{:?} inserted at {at}", char::from(*letter))
            }
            Self::Remove(at) => write!(formatter, "letter {at} left out"),
            Self::FlipInside(at, bit) => write!(formatter, "bit {bit} of byte {at} inside flipped"),
            Self::Start(start) => write!(formatter, "going on from {:?}", known(*start)),
            Self::Object(name) => write!(
                formatter,
                "going on after \"{}/{}\"",
                name.namespace(),
                name.name()
            ),
            Self::Climb(name) => write!(
                formatter,
                "going on from \"../{}/{}\"",
                name.namespace(),
                name.name()
            ),
            Self::Revision(revision) => write!(formatter, "at version {revision}"),
            Self::Format(which) => write!(formatter, "of another format ({which})"),
            Self::Without(which) => write!(formatter, "without member {which}"),
            Self::With(which) => write!(formatter, "with one more member ({which})"),
        }
    }
}
