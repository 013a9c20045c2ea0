use std::{fmt, sync::Arc, time::Duration};

use tokio::time::sleep;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    storage::{GroupResource, Object, Store},
    telemetry::metrics::Metrics,
};

/// How much longer than its period a pause may be at most, as a part of it (backend §1.1): stores that begin at the same time
/// do not all count at the same time for ever.
const JITTER: f64 = 1.2;

/// Counts the objects of a store again and again, and shows the numbers, until it is stopped or dropped; then nothing is shown
/// any more (backend §4.1).
pub struct ObjectCount {
    counting: TaskTracker,
    stop: CancellationToken,
}

impl ObjectCount {
    /// Counts at once, and then with pauses of one to two and a fifth periods, in what the metrics are. A period of zero
    /// asks for no counting. Must be called on a runtime.
    ///
    /// The period is [`Config::count_metric_poll_period`](super::Config::count_metric_poll_period).
    pub fn start<T: Object>(
        store: Arc<dyn Store<T>>,
        resource: GroupResource,
        period: Duration,
        metrics: Metrics,
    ) -> Self {
        let (counting, stop) = (TaskTracker::new(), CancellationToken::new());
        if !period.is_zero() {
            let shown = Shown { resource, metrics };
            counting.spawn(
                stop.clone()
                    .run_until_cancelled_owned(count(store, shown, period)),
            );
        }
        counting.close();
        Self { counting, stop }
    }

    /// Stops, and returns once nothing counts and nothing is shown any more.
    pub async fn stop(self) {
        self.stop.cancel();
        self.counting.wait().await;
    }
}

impl Drop for ObjectCount {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl fmt::Debug for ObjectCount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ObjectCount")
            .field("counts", &!self.counting.is_empty())
            .finish()
    }
}

/// What is shown of a resource, as long as somebody counts.
struct Shown {
    resource: GroupResource,
    metrics: Metrics,
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.metrics.forget_stats(&self.resource);
    }
}

async fn count<T: Object>(store: Arc<dyn Store<T>>, shown: Shown, period: Duration) {
    loop {
        let stats = store.stats().await;
        if let Err(error) = &stats {
            tracing::warn!(resource = %shown.resource, "the objects cannot be counted: {error}");
        }
        shown
            .metrics
            .show_stats(&shown.resource, stats.ok().as_ref());
        sleep(pause(period, rand::random())).await;
    }
}

/// How long nobody counts. `chance` is from 0 up to 1.
fn pause(period: Duration, chance: f64) -> Duration {
    let longer = Duration::try_from_secs_f64(period.as_secs_f64() * JITTER * chance);
    period.saturating_add(longer.unwrap_or(Duration::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::pause;

    #[test]
    fn pauses_are_of_one_to_two_and_a_fifth_periods() {
        let minute = Duration::from_secs(60);
        assert_eq!(pause(minute, 0.0), minute);
        assert_eq!(pause(minute, 0.5), Duration::from_secs(96));
        let longest = pause(minute, 1.0 - f64::EPSILON);
        assert!(longest <= Duration::from_secs(132), "{longest:?}");
        assert!(longest > Duration::from_secs(131), "{longest:?}");
        assert_eq!(pause(Duration::MAX, 0.9), Duration::MAX);
    }
}
