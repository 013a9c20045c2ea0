use std::time::Duration;

use crate::storage::GroupResource;

use super::Metrics;

/// A stretch of the way of an event from etcd to who watches (backend §4.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DispatchStage {
    /// All of it.
    Total,
    /// From where it was read to a cache of watches.
    StorageToCache,
    /// From there to who watches.
    CacheToWatcher,
}

impl DispatchStage {
    /// The value of the label.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::StorageToCache => "storage_to_cache",
            Self::CacheToWatcher => "cache_to_watcher",
        }
    }
}

impl Metrics {
    /// An event of a resource took so long over a stretch of its way. For whoever dispatches: a store has no cache, and does
    /// not know when an event arrives.
    pub fn dispatched(&self, resource: &GroupResource, stage: DispatchStage, took: Duration) {
        let labels = [
            resource.group.as_str(),
            resource.resource.as_str(),
            stage.name(),
        ];
        let family = &self.families().dispatch_duration;
        family
            .with_label_values(&labels)
            .observe(took.as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{super::Registry, DispatchStage, Metrics};
    use crate::storage::GroupResource;

    #[test]
    fn each_stage_is_a_series_of_its_own() {
        let metrics = Metrics::register(&Registry::new()).expect("a new registry");
        let pods = GroupResource::core("pods");
        for (stage, millis) in [
            (DispatchStage::Total, 7),
            (DispatchStage::StorageToCache, 3),
            (DispatchStage::CacheToWatcher, 4),
        ] {
            metrics.dispatched(&pods, stage, Duration::from_millis(millis));
        }
        let text = metrics.text();
        for (stage, bound, count) in [
            ("total", "0.005", 0),
            ("total", "0.01", 1),
            ("storage_to_cache", "0.001", 0),
            ("storage_to_cache", "0.005", 1),
            ("cache_to_watcher", "0.005", 1),
        ] {
            let sample = format!(
                "apiserver_watch_events_dispatch_duration_seconds_bucket{{group=\"\",resource=\"pods\",stage=\"{stage}\",le=\"{bound}\"}} {count}"
            );
            assert!(text.contains(&sample), "{sample} in\n{text}");
        }
    }
}
