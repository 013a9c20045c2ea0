use std::time::Duration;

use tokio::{sync::Mutex, time::Instant};

use crate::backend::LeaseManagerConfig;

use super::{Client, Error};

const DEFAULT_MAX_OBJECT_COUNT: i64 = 1000;

/// Shares one lease among objects that are written close together and live about as long (store §4).
///
/// An object lives at least its time to live, and at most a twentieth longer. Exactly one lease is remembered; none is
/// ever revoked or kept alive.
#[derive(Debug)]
pub(super) struct Leases {
    reuse: Duration,
    max_object_count: i64,
    latest: Mutex<Latest>,
}

#[derive(Debug, Default)]
struct Latest {
    id: i64,
    expires: Option<Instant>,
    /// Requests since the lease was granted, failed ones too.
    objects: i64,
}

impl Leases {
    pub(super) fn new(config: &LeaseManagerConfig) -> Self {
        Self {
            reuse: config.reuse_duration,
            max_object_count: match config.max_object_count {
                count if count <= 0 => DEFAULT_MAX_OBJECT_COUNT,
                count => count,
            },
            latest: Mutex::default(),
        }
    }

    /// The lease for an object that lives for `ttl`; zero where it lives for ever. Whole seconds, rounded up.
    pub(super) async fn get(&self, client: &Client, ttl: Option<Duration>) -> Result<i64, Error> {
        let Some(ttl) = ttl.filter(|ttl| !ttl.is_zero()) else {
            return Ok(0);
        };
        let ttl = whole_seconds(ttl);
        let mut latest = self.latest.lock().await;
        let now = Instant::now();
        let extra = self.extra(ttl);
        latest.objects += 1;
        if latest.serves(now, ttl, extra, self.max_object_count) {
            return Ok(latest.id);
        }
        let seconds = i64::try_from((ttl + extra).as_secs()).unwrap_or(i64::MAX);
        let granted = client.lease()?.grant(seconds, None).await?;
        *latest = Latest {
            id: granted.id(),
            expires: now.checked_add(ttl + extra),
            objects: 1,
        };
        Ok(latest.id)
    }

    /// How much longer than asked for a lease runs, so that later objects can share it.
    fn extra(&self, ttl: Duration) -> Duration {
        Duration::from_secs(ttl.as_secs() / 20).min(self.reuse)
    }
}

impl Latest {
    fn serves(&self, now: Instant, ttl: Duration, extra: Duration, max_objects: i64) -> bool {
        let Some((expires, wanted)) = self.expires.zip(now.checked_add(ttl)) else {
            return false;
        };
        wanted < expires && wanted + extra > expires && self.objects <= max_objects
    }
}

fn whole_seconds(ttl: Duration) -> Duration {
    Duration::from_secs(ttl.as_secs() + u64::from(ttl.subsec_nanos() > 0))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Latest, Leases, whole_seconds};
    use crate::backend::LeaseManagerConfig;

    #[test]
    fn extra_time_is_a_twentieth_and_bounded() {
        let leases = Leases::new(&LeaseManagerConfig::default());
        for (ttl, extra) in [(3600, 60), (1000, 50), (19, 0)] {
            assert_eq!(
                leases.extra(Duration::from_secs(ttl)),
                Duration::from_secs(extra)
            );
        }
        assert_eq!(
            whole_seconds(Duration::from_millis(1)),
            Duration::from_secs(1)
        );
    }

    #[test]
    fn a_lease_is_shared_inside_its_window_only() {
        let now = Instant::now();
        let seconds = Duration::from_secs;
        let latest = Latest {
            id: 7,
            expires: Some(now + seconds(100)),
            objects: 2,
        };
        let serves = |ttl, extra, max| latest.serves(now, seconds(ttl), seconds(extra), max);
        assert!(serves(98, 4, 2));
        assert!(!serves(98, 4, 1), "too many objects");
        assert!(!serves(100, 5, 2), "would expire too early");
        assert!(!serves(96, 4, 2), "would live too long");
        assert!(!Latest::default().serves(now, seconds(1), seconds(0), 2));
    }
}
