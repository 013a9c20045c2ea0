//! Reading a list page by page, with something happening after the first.

use storeproof::storage::{ListOptions, ResourceVersionMatch, SelectionPredicate, Store};

use super::{
    asking::predicate,
    describe,
    operation::{At, Between, Content, Demand, Name, Scope, Select, Suggest},
    player::Player,
};
use crate::harness::Verdict;

/// Pages that are read at most; a store that never ends is wrong.
const PAGES: usize = 64;

impl Player {
    pub(super) async fn pages(
        &mut self,
        scope: Scope,
        at: At,
        select: Select,
        limit: u8,
        between: Option<Between>,
    ) -> Verdict<String> {
        let mut options = ListOptions {
            resource_version: self.versions.text(at),
            resource_version_match: ResourceVersionMatch::Unset,
            predicate: SelectionPredicate {
                limit: i64::from(limit),
                ..predicate(select)
            },
            recursive: scope.is_recursive(),
        };
        let mut told = Vec::new();
        let mut between = between;
        for _ in 0..PAGES {
            let token = match self.store.get_list(&scope.key(), &options).await {
                Ok(list) => {
                    told.push(describe::list(&self.versions, &list));
                    list.continue_token
                }
                Err(failed) => {
                    told.push(describe::error(&failed.error));
                    let replacement = failed
                        .error
                        .status()
                        .and_then(|status| status.metadata.continue_.clone());
                    replacement.unwrap_or_default()
                }
            };
            if token.is_empty() {
                return Ok(told.join(" | "));
            }
            options.resource_version.clear();
            options.predicate.continue_token = token;
            if let Some(between) = between.take() {
                told.push(self.between(between).await?);
            }
        }
        told.push(format!("still more after {PAGES} pages"));
        Ok(told.join(" | "))
    }

    async fn between(&mut self, between: Between) -> Verdict<String> {
        Ok(match between {
            Between::Write(name, content) => {
                self.update(name, content, true, Demand::Nothing, Suggest::Nothing)
                    .await
            }
            Between::Delete(name) => self.delete(name, Demand::Nothing, Suggest::Nothing).await,
            Between::Compact => {
                // One write more, so that the page's own version falls behind the compaction.
                let name = Name {
                    namespace: 0,
                    name: 0,
                };
                let content = Content {
                    uid: true,
                    even: false,
                    value: u8::MAX,
                };
                let written = self
                    .update(name, content, true, Demand::Nothing, Suggest::Nothing)
                    .await;
                let events = self.catch_up().await?;
                let last = self.versions.last();
                self.compact_at(last).await?;
                format!("{written}; {events}")
            }
        })
    }
}
