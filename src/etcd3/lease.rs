use std::time::Duration;

use prometheus::Histogram;
use tokio::{sync::Mutex, time::Instant};

use crate::storage::LeaseManagerConfig;

use super::{Client, Error};

/// Shares one lease among objects that are written close together and live about as long (store §4).
///
/// An object lives at least its time to live, and at most a twentieth longer. Exactly one lease is remembered; none is
/// ever revoked or kept alive.
#[derive(Debug)]
pub(super) struct Leases {
    reuse: Duration,
    max_object_count: i64,
    /// Held while a lease is granted: whoever comes meanwhile waits, and shares it.
    latest: Mutex<Latest>,
    /// What the sizes of leases are observed in.
    sizes: Option<Histogram>,
}

#[derive(Debug, Default)]
struct Latest {
    id: i64,
    expires: Option<Instant>,
    /// Requests since the lease was granted, its own included, also those that came to nothing.
    objects: i64,
    /// Requests that the lease was given to.
    served: u32,
}

impl Leases {
    pub(super) fn new(config: &LeaseManagerConfig) -> Self {
        Self {
            reuse: Duration::from_secs(config.reuse_duration.as_secs()),
            max_object_count: match config.max_object_count {
                count if count <= 0 => LeaseManagerConfig::DEFAULT.max_object_count,
                count => count,
            },
            latest: Mutex::default(),
            sizes: None,
        }
    }

    /// The same, with the size of each lease that another one takes the place of observed.
    pub(super) fn observed(mut self, sizes: Histogram) -> Self {
        self.sizes = Some(sizes);
        self
    }

    /// The lease for an object that lives for `ttl`; zero where it lives for ever. Whole seconds, rounded up.
    pub(super) async fn get(&self, client: &Client, ttl: Option<Duration>) -> Result<i64, Error> {
        let Some(ttl) = ttl.filter(|ttl| !ttl.is_zero()) else {
            return Ok(0);
        };
        self.lease(ttl, async |seconds| client.grant(seconds).await)
            .await
    }

    /// The latest lease, or one that `grant` makes of a number of seconds. Where that fails the latest one stays, and
    /// the request counts all the same.
    async fn lease<E>(
        &self,
        ttl: Duration,
        grant: impl AsyncFnOnce(i64) -> Result<i64, E>,
    ) -> Result<i64, E> {
        let ttl = whole_seconds(ttl);
        let extra = self.extra(ttl);
        let runs = ttl.saturating_add(extra);
        let mut latest = self.latest.lock().await;
        let now = Instant::now();
        latest.objects += 1;
        if latest.serves(now, ttl, extra, self.max_object_count) {
            latest.served += 1;
            return Ok(latest.id);
        }
        let id = grant(i64::try_from(runs.as_secs()).unwrap_or(i64::MAX)).await?;
        // Neither the request that the old lease was too full for nor a lease that never was (backend §9.4, row 44).
        if let Some(sizes) = self.sizes.as_ref().filter(|_| latest.served > 0) {
            sizes.observe(f64::from(latest.served));
        }
        *latest = Latest {
            id,
            // Of before the grant: on the server it runs out no earlier.
            expires: now.checked_add(runs),
            objects: 1,
            served: 1,
        };
        Ok(id)
    }

    /// How much longer than asked for a lease runs, so that later objects can share it.
    fn extra(&self, ttl: Duration) -> Duration {
        Duration::from_secs(ttl.as_secs() / 20).min(self.reuse)
    }
}

impl Latest {
    fn serves(&self, now: Instant, ttl: Duration, extra: Duration, max_objects: i64) -> bool {
        let (Some(expires), Some(wanted)) = (self.expires, now.checked_add(ttl)) else {
            return false;
        };
        let lives_long_enough = wanted < expires;
        let dies_soon_enough = expires.saturating_duration_since(wanted) < extra;
        lives_long_enough && dies_soon_enough && self.objects <= max_objects
    }
}

fn whole_seconds(ttl: Duration) -> Duration {
    let begun = u64::from(ttl.subsec_nanos() > 0);
    Duration::from_secs(ttl.as_secs().saturating_add(begun))
}

#[cfg(test)]
mod tests;
