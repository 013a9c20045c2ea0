//! How cases wait for objects that live for a limited time.

use std::time::Duration;

use storeproof::storage::{Event, ResourceVersion, WatchOptions};
use storeproof_fixtures::objects::{Pod, PodExt, everything, key_of};
use tokio::time::timeout;

use super::{Context, Verdict, deadline, expect_eq, expect_that, unexpected, version_of};

impl Context {
    /// Creates a Pod that lives for so many seconds, at its key.
    ///
    /// # Errors
    ///
    /// The store refuses.
    pub async fn create_for(&self, pod: &Pod, seconds: u64) -> Verdict<Pod> {
        let ttl = Some(Duration::from_secs(seconds));
        Ok(self.store().create(&key_of(pod), pod, ttl).await?)
    }

    /// The object at the Pod's key is deleted by itself, and watches are told its last state, which is this one;
    /// returns the version of its end.
    ///
    /// # Errors
    ///
    /// It is still there at the deadline, or ends in another way.
    pub async fn expect_expiry(&self, pod: &Pod) -> Verdict<ResourceVersion> {
        let options = WatchOptions {
            resource_version: pod.version().to_owned(),
            predicate: everything(),
            recursive: false,
            ..WatchOptions::default()
        };
        let mut watch = self.watch_with(&key_of(pod), options).await?.into_inner();
        let expected = "the object expires: DELETED";
        let event = match timeout(deadline::EXPIRY, watch.next()).await {
            Ok(event) => event,
            Err(_) => {
                let observed = format!("no event for {:?}", deadline::EXPIRY);
                return Err(unexpected(expected, observed));
            }
        };
        let Some(Event::Deleted(last)) = event else {
            return Err(unexpected(expected, format!("{event:?}")));
        };
        let end = version_of(&last)?;
        expect_eq("the last state", last, pod.clone().at(&end.to_string()))?;
        expect_that(
            end > version_of(pod)?,
            format!("the version of the end is larger than {}", pod.version()),
            end.to_string(),
        )?;
        self.expect_missing(&key_of(pod)).await?;
        Ok(end)
    }
}
