//! Calls that nobody waits for any more.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;

use super::{KmsV1, Service, framed, read, write};
use crate::value::{Secret, golden::AT, kms};

/// Never answers, and notes that nobody waits for its answer any more.
struct Mute(Arc<AtomicUsize>);

struct Waiting(Arc<AtomicUsize>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[async_trait]
impl Service for Mute {
    async fn encrypt(&self, _plain: &Secret) -> Result<Bytes, kms::Error> {
        let _waiting = Waiting(self.0.clone());
        std::future::pending().await
    }

    async fn decrypt(&self, _cipher: Bytes) -> Result<Secret, kms::Error> {
        let _waiting = Waiting(self.0.clone());
        std::future::pending().await
    }
}

/// Backend §9.6, row 94.
#[tokio::test]
async fn a_call_ends_with_the_request_that_made_it() {
    let abandoned = Arc::new(AtomicUsize::new(0));
    let transformer = KmsV1::new(Arc::new(Mute(abandoned.clone())), 10);
    let stored = framed(&[0; 40]);
    let mut reading = Box::pin(read(&transformer, &stored, AT));
    let mut writing = Box::pin(write(&transformer));
    assert!(futures::poll!(&mut reading).is_pending());
    assert!(futures::poll!(&mut writing).is_pending());
    assert_eq!(abandoned.load(Ordering::Relaxed), 0);
    drop(reading);
    assert_eq!(abandoned.load(Ordering::Relaxed), 1);
    drop(writing);
    assert_eq!(abandoned.load(Ordering::Relaxed), 2);
}
