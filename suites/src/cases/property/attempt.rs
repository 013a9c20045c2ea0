//! How each failing request is made.

use storeproof::storage::{
    AcceptAll, DeleteOptions, GetOptions, ListOptions, Preconditions, ResourceVersionMatch, Result,
    SelectionPredicate, Store, Update, UpdateOptions, WatchOptions, update_with,
};
use storeproof_fixtures::objects::{Pod, PodExt, everything, pod};

use super::{
    failing::{Bad, Change, Demand, Failing, Nonsense, Part, Read, Verb, bad_key},
    operation::{Content, Name},
};
use crate::harness::{Context, RecordedUpdate, RecordedValidation};

/// A value that sequences never write, so that writing it changes something.
const OTHER_VALUE: u8 = 99;
/// More than any store has.
const FUTURE: &str = "4000000000000000000";

/// A store, and what is known of it.
pub(super) struct Attempt<'a> {
    pub(super) context: &'a Context,
    pub(super) store: &'a dyn Store<Pod>,
    /// The object that the request is about.
    pub(super) current: Option<&'a Pod>,
    /// What it suggests.
    pub(super) suggestion: Option<Pod>,
    /// Whether anything is stored.
    pub(super) is_empty: bool,
}

impl Attempt<'_> {
    /// Makes the request, which must fail; `None` where it need not in this state.
    pub(super) async fn make(&self, failing: Failing) -> Option<Result<()>> {
        Some(match failing {
            Failing::Key(verb, key) => self.verb(verb, bad_key(key), "").await,
            Failing::Version(Read::Watch, _, Bad::Future) => return None,
            Failing::Version(read, name, bad) => {
                let version = match bad {
                    Bad::Word => "abc",
                    Bad::Future => FUTURE,
                };
                let verb = match read {
                    Read::Get => Verb::Get,
                    Read::List => Verb::List,
                    Read::Watch => Verb::Watch,
                };
                self.verb(verb, &name.key(), version).await
            }
            Failing::List(nonsense) => self.nonsense(nonsense).await,
            Failing::CreateExisting(name, content) => {
                self.current?;
                self.create(name, content).await
            }
            Failing::CreateVersioned(name) => {
                let pod = pod(name.namespace(), name.name()).at("1");
                self.store.create(&name.key(), &pod, None).await.map(drop)
            }
            Failing::Precondition(change, name, demand, _) => {
                let preconditions = Some(match demand {
                    Demand::Uid => Preconditions::uid("nobody's"),
                    Demand::Version => Preconditions::resource_version("01"),
                });
                let mut update = RecordedUpdate::to(&name.pod(OTHER));
                let mut accept = RecordedValidation::accepting();
                self.change(change, name, preconditions, &mut update, &mut accept)
                    .await
            }
            Failing::Refused(change, name, _) => {
                let mut update = RecordedUpdate::refusing();
                let mut refuse = RecordedValidation::refusing();
                self.change(change, name, None, &mut update, &mut refuse)
                    .await
            }
            Failing::DeleteUnsafely(name) => {
                let options = DeleteOptions {
                    expect_transform_or_decode_error: true,
                    ..DeleteOptions::default()
                };
                let key = name.key();
                let deleted = self.store.delete(&key, options, &mut AcceptAll).await;
                deleted.map(drop)
            }
            Failing::Writing(part, change, name, content) => {
                self.fail_writing(part, true);
                let result = self.write(change, name, content).await;
                self.fail_writing(part, false);
                result
            }
            Failing::Reading(_, Verb::List, _) if self.is_empty => return None,
            Failing::Reading(part, verb, name) => {
                let key = match verb {
                    Verb::List => "/pods/".to_owned(),
                    _ => name.key(),
                };
                self.fail_reading(part, true);
                let result = self.verb(verb, &key, "").await;
                self.fail_reading(part, false);
                result
            }
        })
    }

    fn fail_writing(&self, part: Part, fail: bool) {
        match part {
            Part::Transformer => self.context.transformer().fail_writes(fail),
            Part::Codec => self.context.codec().fail_encoding(fail),
        }
    }

    fn fail_reading(&self, part: Part, fail: bool) {
        match part {
            Part::Transformer => {
                let keys = fail.then_some("");
                self.context.transformer().fail_reads(keys);
            }
            Part::Codec => self.context.codec().fail_decoding(fail),
        }
    }

    async fn write(&self, change: Change, name: Name, content: Content) -> Result<()> {
        let other = Content {
            value: OTHER_VALUE,
            ..content
        };
        match change {
            Change::Create => self.create(name, other).await,
            _ => {
                let mut update = RecordedUpdate::to(&name.pod(other));
                let mut accept = RecordedValidation::accepting();
                self.change(change, name, None, &mut update, &mut accept)
                    .await
            }
        }
    }

    async fn create(&self, name: Name, content: Content) -> Result<()> {
        let pod = name.pod(content);
        self.store.create(&name.key(), &pod, None).await.map(drop)
    }

    async fn change(
        &self,
        change: Change,
        name: Name,
        preconditions: Option<Preconditions>,
        update: &mut RecordedUpdate<'_>,
        validation: &mut RecordedValidation<'_>,
    ) -> Result<()> {
        let suggestion = self.suggestion.clone();
        if change == Change::Delete {
            let options = DeleteOptions {
                preconditions,
                suggestion,
                expect_transform_or_decode_error: false,
            };
            let deleted = self.store.delete(&name.key(), options, validation).await;
            return deleted.map(drop);
        }
        let options = UpdateOptions {
            ignore_not_found: change == Change::CreateOrUpdate,
            preconditions,
            suggestion,
        };
        let updated = self
            .store
            .guaranteed_update(&name.key(), options, update)
            .await;
        updated.map(drop)
    }

    async fn verb(&self, verb: Verb, key: &str, version: &str) -> Result<()> {
        match verb {
            Verb::Create => {
                let created = self.store.create(key, &pod("ns", "a"), None).await;
                created.map(drop)
            }
            Verb::Get => {
                let options = GetOptions {
                    resource_version: version.to_owned(),
                    ..GetOptions::default()
                };
                self.store.get(key, &options).await.map(drop)
            }
            Verb::List => {
                let options = ListOptions {
                    resource_version: version.to_owned(),
                    ..ListOptions::default()
                };
                let listed = self.store.get_list(key, &options).await;
                listed.map(drop).map_err(Into::into)
            }
            Verb::Update => {
                let mut update =
                    update_with(|_, _| Ok(Update::from(pod("ns", "a").label("other", "1"))));
                let options = UpdateOptions::default();
                let updated = self
                    .store
                    .guaranteed_update(key, options, &mut update)
                    .await;
                updated.map(drop)
            }
            Verb::Delete => {
                let options = DeleteOptions::default();
                let deleted = self.store.delete(key, options, &mut AcceptAll).await;
                deleted.map(drop)
            }
            Verb::Watch => {
                let options = WatchOptions {
                    resource_version: version.to_owned(),
                    predicate: everything(),
                    ..WatchOptions::default()
                };
                self.store.watch(key, options).await.map(drop)
            }
        }
    }

    async fn nonsense(&self, nonsense: Nonsense) -> Result<()> {
        let options = match nonsense {
            Nonsense::Match => ListOptions {
                resource_version: "1".to_owned(),
                resource_version_match: ResourceVersionMatch::Other("Newest".to_owned()),
                ..ListOptions::default()
            },
            Nonsense::Token => ListOptions {
                predicate: SelectionPredicate {
                    continue_token: "%%%".to_owned(),
                    ..everything()
                },
                ..ListOptions::default()
            },
        };
        let listed = self.store.get_list("/pods/", &options).await;
        listed.map(drop).map_err(Into::into)
    }
}

const OTHER: Content = Content {
    uid: true,
    even: false,
    value: OTHER_VALUE,
};
