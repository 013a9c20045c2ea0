use storeproof::storage::{ListOptions, ResourceVersionMatch, SelectionPredicate};
use storeproof_fixtures::objects::fields;

use super::{Levels, Moment, Object, Refusal};
use crate::harness::{Context, Verdict};

/// The resource version of a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Version {
    Text(&'static str),
    At(Moment),
}

/// How the resource version is meant.
#[derive(Clone, Copy, Debug)]
pub(super) enum Matching {
    Unset,
    Exact,
    NotOlderThan,
    /// None that a store knows.
    Unknown,
}

/// The revision in a continue token.
#[derive(Clone, Copy, Debug)]
pub(in crate::cases) enum Pin {
    /// A moment of the history.
    At(Moment),
    /// Minus one: go on at the latest version.
    Latest,
    /// Zero, which is no revision.
    None,
}

/// What must come of a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome {
    List {
        objects: &'static [Object],
        /// Exactly this version; otherwise the latest.
        version: Option<Moment>,
        /// Where the next page begins, and how many objects follow where that is told.
        next: Option<(&'static str, Option<i64>)>,
    },
    Refused(Refusal),
}

/// A list of the history's objects and what must come of it: a row of a table.
#[derive(Clone, Copy, Debug)]
pub(in crate::cases) struct Request {
    pub(super) prefix: &'static str,
    pub(super) version: Version,
    pub(super) matching: Matching,
    pub(super) limit: i64,
    pub(super) fields: &'static str,
    pub(super) token: Option<(&'static str, Pin)>,
    pub(super) outcome: Outcome,
}

/// Everything below `prefix`: the latest version, all at once, of which nothing is there.
pub(in crate::cases) const fn list(prefix: &'static str) -> Request {
    Request {
        prefix,
        version: Version::Text(""),
        matching: Matching::Unset,
        limit: 0,
        fields: "",
        token: None,
        outcome: Outcome::List {
            objects: &[],
            version: None,
            next: None,
        },
    }
}

impl Request {
    /// With this text as resource version.
    pub(in crate::cases) const fn version(mut self, text: &'static str) -> Self {
        self.version = Version::Text(text);
        self
    }

    /// With the version of a moment as resource version.
    pub(in crate::cases) const fn at(mut self, moment: Moment) -> Self {
        self.version = Version::At(moment);
        self
    }

    /// At that version and no other, which the list must say too.
    pub(in crate::cases) const fn exactly(mut self, moment: Moment) -> Self {
        self.matching = Matching::Exact;
        self.at(moment).shows(moment)
    }

    /// At that version or any later one.
    pub(in crate::cases) const fn not_older_than(mut self, moment: Moment) -> Self {
        self.matching = Matching::NotOlderThan;
        self.at(moment)
    }

    /// That version text or any later one.
    pub(in crate::cases) const fn not_older_than_text(mut self, text: &'static str) -> Self {
        self.matching = Matching::NotOlderThan;
        self.version(text)
    }

    /// With a match that no store knows.
    pub(in crate::cases) const fn matching_unknown(mut self) -> Self {
        self.matching = Matching::Unknown;
        self
    }

    /// At most so many objects.
    pub(in crate::cases) const fn limit(mut self, limit: i64) -> Self {
        self.limit = limit;
        self
    }

    /// Only objects of which these fields hold.
    pub(in crate::cases) const fn fields(mut self, selector: &'static str) -> Self {
        self.fields = selector;
        self
    }

    /// Going on at `start`, at a pinned revision.
    pub(in crate::cases) const fn from(mut self, start: &'static str, pin: Pin) -> Self {
        self.token = Some((start, pin));
        match pin {
            Pin::At(moment) => self.shows(moment),
            Pin::Latest | Pin::None => self,
        }
    }

    /// The list shows the state at that moment.
    pub(in crate::cases) const fn shows(mut self, moment: Moment) -> Self {
        if let Outcome::List { objects, next, .. } = self.outcome {
            self.outcome = Outcome::List {
                objects,
                version: Some(moment),
                next,
            };
        }
        self
    }

    /// The list holds exactly these objects in this order.
    pub(in crate::cases) const fn gives(mut self, wanted: &'static [Object]) -> Self {
        if let Outcome::List { version, next, .. } = self.outcome {
            self.outcome = Outcome::List {
                objects: wanted,
                version,
                next,
            };
        }
        self
    }

    /// A next page begins at `start`, with so many objects from there on where that is told.
    pub(in crate::cases) const fn then(
        mut self,
        start: &'static str,
        remaining: Option<i64>,
    ) -> Self {
        if let Outcome::List {
            objects, version, ..
        } = self.outcome
        {
            self.outcome = Outcome::List {
                objects,
                version,
                next: Some((start, remaining)),
            };
        }
        self
    }

    /// The request is refused.
    pub(in crate::cases) const fn fails(mut self, refusal: Refusal) -> Self {
        self.outcome = Outcome::Refused(refusal);
        self
    }

    /// The request as options.
    pub(super) fn options(
        &self,
        context: &Context,
        levels: &Levels,
    ) -> Verdict<ListOptions<storeproof_fixtures::objects::Pod>> {
        let continue_token = match self.token {
            None => String::new(),
            Some((start, pin)) => {
                let revision = match pin {
                    Pin::At(moment) => levels.revision(moment),
                    Pin::Latest => -1,
                    Pin::None => 0,
                };
                context.token(self.prefix, start, revision)?
            }
        };
        Ok(ListOptions {
            resource_version: match self.version {
                Version::Text(text) => text.to_owned(),
                Version::At(moment) => levels.version(moment).to_string(),
            },
            resource_version_match: match self.matching {
                Matching::Unset => ResourceVersionMatch::Unset,
                Matching::Exact => ResourceVersionMatch::Exact,
                Matching::NotOlderThan => ResourceVersionMatch::NotOlderThan,
                Matching::Unknown => ResourceVersionMatch::Other("Invalid".to_owned()),
            },
            predicate: SelectionPredicate {
                limit: self.limit,
                continue_token,
                ..fields(self.fields)
            },
            recursive: true,
        })
    }
}
