use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use prometheus::{Histogram, IntCounter, IntGauge};

use crate::storage::GroupResource;

use super::{ListCount, Metrics};

/// What a request to etcd is for; the label `operation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestKind {
    Get,
    List,
    Create,
    Update,
    Delete,
    ListWithCount,
    CurrentResourceVersion,
}

impl RequestKind {
    const COUNT: usize = 7;

    fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::ListWithCount => "listWithCount",
            Self::CurrentResourceVersion => "getCurrentResourceVersion",
        }
    }
}

/// What one store counts in. Its series come into being with the first thing that is counted, and are then found without
/// looking for them: counting costs a few atomic additions.
pub(crate) struct StoreMetrics {
    metrics: Metrics,
    group: String,
    resource: String,
    requests: [OnceLock<Requests>; RequestKind::COUNT],
    lists: OnceLock<Lists>,
    events_received: OnceLock<IntCounter>,
    bookmarks: OnceLock<(IntGauge, IntCounter)>,
    decode_errors: OnceLock<IntCounter>,
}

struct Requests {
    duration: Histogram,
    total: IntCounter,
    errors: OnceLock<IntCounter>,
}

struct Lists {
    duration: Histogram,
    total: IntCounter,
    fetched: IntCounter,
    evaluated: IntCounter,
    returned: IntCounter,
}

impl Metrics {
    /// What the store of a resource counts in.
    pub(crate) fn of_store(&self, resource: &GroupResource) -> StoreMetrics {
        StoreMetrics {
            metrics: self.clone(),
            group: resource.group.clone(),
            resource: resource.resource.clone(),
            requests: Default::default(),
            lists: OnceLock::new(),
            events_received: OnceLock::new(),
            bookmarks: OnceLock::new(),
            decode_errors: OnceLock::new(),
        }
    }

    /// What sizes of leases are observed in.
    pub(crate) fn lease_objects(&self) -> Histogram {
        self.families().lease_objects.with_label_values::<&str>(&[])
    }
}

impl StoreMetrics {
    /// Times a request and counts it, and once more where it failed. One that is dropped has failed.
    pub(crate) async fn request<A, E>(
        &self,
        kind: RequestKind,
        request: impl Future<Output = Result<A, E>>,
    ) -> Result<A, E> {
        let mut running = Running {
            metrics: self,
            kind,
            started: Instant::now(),
            failed: true,
        };
        let answer = request.await;
        running.failed = answer.is_err();
        answer
    }

    fn finished(&self, kind: RequestKind, took: Duration, failed: bool) {
        let Some(cell) = self.requests.get(kind as usize) else {
            return;
        };
        let labels = [kind.name(), &self.group, &self.resource];
        let families = self.metrics.families();
        let requests = cell.get_or_init(|| Requests {
            duration: families.request_duration.with_label_values(&labels),
            total: families.requests.with_label_values(&labels),
            errors: OnceLock::new(),
        });
        requests.duration.observe(took.as_secs_f64());
        requests.total.inc();
        if failed {
            let errors = requests
                .errors
                .get_or_init(|| families.request_errors.with_label_values(&labels));
            errors.inc();
        }
    }

    /// A list begins, whose options make sense. It is counted when the result is dropped.
    pub(crate) fn list(&self) -> ListCount<'_> {
        ListCount::new(self)
    }

    pub(super) fn listed(&self, took: Duration, fetched: u64, evaluated: u64, returned: u64) {
        let lists = self.lists.get_or_init(|| {
            let families = self.metrics.families();
            let (group, resource) = (self.group.as_str(), self.resource.as_str());
            let stored = [group, resource, "etcd"];
            let indexed = [group, resource, "etcd", ""];
            Lists {
                duration: families
                    .list_duration
                    .with_label_values(&["false", group, resource]),
                total: families.lists.with_label_values(&indexed),
                fetched: families.list_fetched.with_label_values(&indexed),
                evaluated: families.list_evaluated.with_label_values(&stored),
                returned: families.list_returned.with_label_values(&stored),
            }
        });
        lists.duration.observe(took.as_secs_f64());
        lists.total.inc();
        lists.fetched.inc_by(fetched);
        lists.evaluated.inc_by(evaluated);
        lists.returned.inc_by(returned);
    }

    /// Changes came over a watch.
    pub(crate) fn events(&self, count: usize) {
        let events = self.events_received.get_or_init(|| {
            self.metrics
                .families()
                .events_received
                .with_label_values(&[&self.group, &self.resource])
        });
        events.inc_by(u64::try_from(count).unwrap_or(u64::MAX));
    }

    /// A notice of progress came over a watch.
    pub(crate) fn bookmark(&self) {
        let (gauge, total) = self.bookmarks.get_or_init(|| {
            let (families, labels) = (self.metrics.families(), [&self.group, &self.resource]);
            (
                families.bookmark_counts.with_label_values(&labels),
                families.bookmarks.with_label_values(&labels),
            )
        });
        gauge.inc();
        total.inc();
    }

    /// A stored object cannot be decoded, whoever asked for it: also a watch, whose losses would count nowhere else
    /// (backend §9.4, row 43).
    pub(crate) fn decode_error(&self) {
        let errors = self.decode_errors.get_or_init(|| {
            self.metrics
                .families()
                .decode_errors
                .with_label_values(&[&self.group, &self.resource])
        });
        errors.inc();
    }
}

struct Running<'a> {
    metrics: &'a StoreMetrics,
    kind: RequestKind,
    started: Instant,
    failed: bool,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.metrics
            .finished(self.kind, self.started.elapsed(), self.failed);
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use futures::FutureExt;
    use prometheus::Registry;

    use super::{super::Metrics, RequestKind};
    use crate::storage::GroupResource;

    #[test]
    fn a_request_counts_once_and_once_more_where_it_fails_or_is_dropped() {
        let metrics = Metrics::register(&Registry::new()).expect("a new registry");
        let store = metrics.of_store(&GroupResource::core("pods"));
        let labels = "{group=\"\",operation=\"get\",resource=\"pods\"}";
        let shown = |name: &str| {
            let text = metrics.text();
            let sample = format!("{name}{labels} ");
            let line = text.lines().find_map(|line| line.strip_prefix(&sample));
            line.map(str::to_owned)
        };
        assert_eq!(shown("etcd_requests_total"), None, "nothing was asked");
        let done = store.request(RequestKind::Get, ready(Ok::<_, ()>(())));
        assert_eq!(done.now_or_never(), Some(Ok(())));
        assert_eq!(shown("etcd_requests_total").as_deref(), Some("1"));
        assert_eq!(shown("etcd_request_errors_total"), None);
        let failed = store.request(RequestKind::Get, ready(Err::<(), _>(())));
        assert_eq!(failed.now_or_never(), Some(Err(())));
        let dropped = store.request(RequestKind::Get, pending::<Result<(), ()>>());
        assert_eq!(dropped.now_or_never(), None);
        assert_eq!(shown("etcd_requests_total").as_deref(), Some("3"));
        assert_eq!(shown("etcd_request_errors_total").as_deref(), Some("2"));
        assert_eq!(
            shown("etcd_request_duration_seconds_count").as_deref(),
            Some("3")
        );
    }
}
