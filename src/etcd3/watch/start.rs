use std::sync::Arc;

use opentelemetry::context::FutureExt;

use crate::storage::{Object, ResourceVersion, Result, Watch, WatchOptions, WatchPlan, plan_watch};

use super::{
    super::{Store, prefix_end},
    session::Session,
};

/// How many events wait for a slow consumer before etcd is kept waiting too (backend §5.7).
const WAITING_EVENTS: usize = 100;

/// Where a watch begins (backend §5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// With every change after this revision.
    After(i64),
    /// With the current state, which may not be older than this, and then every change.
    State {
        not_older_than: ResourceVersion,
        /// Whether a bookmark follows the state.
        bookmark: bool,
    },
}

impl<T: Object> Store<T> {
    pub(in super::super) async fn start_watch(
        &self,
        key: &str,
        options: WatchOptions<T>,
    ) -> Result<Watch<T>> {
        let key = self.keys.prepare(key, options.recursive)?;
        let start = match plan_watch(&options)? {
            WatchPlan::State {
                not_older_than,
                end_marked,
            } => Start::State {
                not_older_than,
                bookmark: end_marked,
            },
            WatchPlan::Changes { after } => {
                let after = match after {
                    Some(version) => version,
                    None => self.current_version().await?,
                };
                Start::After(after.to_revision()?)
            }
        };
        let (sender, watch) = Watch::channel_until(self.client.closed(), WAITING_EVENTS);
        let session = Session {
            client: Arc::clone(&self.client),
            values: Arc::clone(&self.values),
            sizes: Arc::clone(&self.sizes),
            shared: Arc::clone(&self.watched),
            metrics: Arc::clone(&self.metrics),
            end: options.recursive.then(|| prefix_end(&key)),
            key,
            predicate: options.predicate,
            progress_notify: options.progress_notify,
            sender,
        };
        // Its calls belong to whoever began the watch.
        match &self.tracing {
            Some(_) => self.client.spawn(session.run(start).with_current_context()),
            None => self.client.spawn(session.run(start)),
        }
        Ok(watch)
    }
}
