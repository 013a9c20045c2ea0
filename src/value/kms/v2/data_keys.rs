use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};
use tokio::time::Instant;

use super::{data_key::DataKey, source::Digest};
use crate::value::{
    Error,
    kms::{Observer, observer::nobody},
};

/// How long a data key is remembered after it was last decrypted or written with (backend §7.9).
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

/// The answer of a plugin, for all who wait for it.
pub(super) type Asked = Shared<BoxFuture<'static, Result<DataKey, Error>>>;

/// The same, while somebody waits for it.
type Asking = WeakShared<BoxFuture<'static, Result<DataKey, Error>>>;

/// Data keys that were decrypted, by the source they came from, and those that are being decrypted.
///
/// A plugin is asked once for each source, however many read at the same time; the answer, or the failure, is everybody's.
/// Old keys are forgotten when others come, and serve until then.
pub(super) struct DataKeys {
    observer: Arc<dyn Observer>,
    known: Mutex<Known>,
    asked: Mutex<HashMap<Digest, Asking>>,
}

#[derive(Default)]
struct Known {
    keys: HashMap<Digest, (DataKey, Instant)>,
    /// No key is to be forgotten before.
    oldest: Option<Instant>,
}

impl Default for DataKeys {
    fn default() -> Self {
        Self::observed_by(nobody())
    }
}

impl DataKeys {
    /// None yet, and somebody who is told how many they are.
    pub(super) fn observed_by(observer: Arc<dyn Observer>) -> Self {
        Self {
            observer,
            known: Mutex::default(),
            asked: Mutex::default(),
        }
    }

    pub(super) fn get(&self, digest: &Digest) -> Option<DataKey> {
        let known = lock(&self.known);
        known.keys.get(digest).map(|(key, _)| key.clone())
    }

    /// Remembers a key from now on.
    pub(super) fn put(&self, digest: Digest, key: DataKey) {
        let now = Instant::now();
        let mut known = lock(&self.known);
        if known.oldest.is_some_and(|oldest| oldest < now) {
            known.keys.retain(|_, (_, until)| *until >= now);
            known.oldest = known.keys.values().map(|(_, until)| *until).min();
        }
        let until = now + REMEMBERED;
        known.oldest.get_or_insert(until);
        if known.keys.insert(digest, (key, until)).is_none() {
            // Still locked, so that the last one who tells tells what is so.
            self.observer.remembers(known.keys.len());
        }
    }

    /// The answer that others wait for already, else that to a question of one's own. It is remembered when it comes.
    pub(super) fn ask<Answer>(
        self: &Arc<Self>,
        digest: Digest,
        question: impl FnOnce() -> Answer,
    ) -> Asked
    where
        Answer: Future<Output = Result<DataKey, Error>> + Send + 'static,
    {
        let mut asked = lock(&self.asked);
        // Whoever has the answer remembers it before taking back the question: one of both is seen here.
        if let Some(key) = self.get(&digest) {
            return futures::future::ready(Ok(key)).boxed().shared();
        }
        if let Some(asked) = asked.get(&digest).and_then(Asking::upgrade) {
            return asked;
        }
        // Questions that nobody waits for any more.
        asked.retain(|_, question| question.upgrade().is_some());
        let (keys, answer) = (self.clone(), question());
        let question = async move {
            let answer = answer.await;
            if let Ok(key) = &answer {
                keys.put(digest, key.clone());
            }
            lock(&keys.asked).remove(&digest);
            answer
        };
        let question = question.boxed().shared();
        if let Some(weak) = question.downgrade() {
            asked.insert(digest, weak);
        }
        question
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        time::Duration,
    };

    use futures::future::join_all;
    use tokio::{sync::Notify, time::advance};

    use super::{DataKey, DataKeys, REMEMBERED, lock};
    use crate::value::{Error, kms::v2::source::Kind};

    fn key() -> DataKey {
        DataKey::generate(Kind::Seed).expect("random bytes").0
    }

    fn count(keys: &DataKeys) -> usize {
        lock(&keys.known).keys.len()
    }

    #[tokio::test(start_paused = true)]
    async fn keys_serve_until_others_come_after_a_day() {
        let keys = DataKeys::default();
        keys.put([1; 32], key());
        advance(REMEMBERED / 2).await;
        keys.put([2; 32], key());
        advance(REMEMBERED / 2 + Duration::from_secs(1)).await;
        assert!(
            keys.get(&[1; 32]).is_some(),
            "old, but nothing has come since"
        );
        keys.put([3; 32], key());
        assert!(keys.get(&[1; 32]).is_none());
        assert_eq!(count(&keys), 2);
        advance(REMEMBERED / 2).await;
        keys.put([3; 32], key());
        assert!(keys.get(&[2; 32]).is_none());
        assert_eq!(count(&keys), 1, "one that is used is remembered longer");
    }

    #[tokio::test]
    async fn all_who_ask_at_once_get_the_answer_to_one_question() {
        let keys = Arc::new(DataKeys::default());
        let (questions, answer) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let ask = || {
            let (questions, answer) = (questions.clone(), answer.clone());
            keys.ask([1; 32], || async move {
                questions.fetch_add(1, Ordering::Relaxed);
                answer.notified().await;
                Ok(key())
            })
        };
        let all: Vec<_> = (0..100).map(|_| ask()).collect();
        answer.notify_one();
        for answer in join_all(all).await {
            answer.expect("a key");
        }
        ask().await.expect("a key that is remembered");
        assert_eq!(questions.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_failure_is_told_to_all_and_not_remembered() {
        let keys = Arc::new(DataKeys::default());
        let failing = [
            keys.ask([1; 32], || async { Err(Error::Random) }),
            keys.ask([1; 32], || async { unreachable!("somebody asks already") }),
        ];
        for failed in join_all(failing).await {
            assert!(matches!(failed, Err(Error::Random)));
        }
        keys.ask([1; 32], || async { Ok(key()) })
            .await
            .expect("asked anew");
    }

    #[tokio::test]
    async fn who_goes_away_takes_nobodys_answer_along() {
        let keys = Arc::new(DataKeys::default());
        let answer = Arc::new(Notify::new());
        let first = {
            let answer = answer.clone();
            keys.ask([1; 32], || async move {
                answer.notified().await;
                Ok(key())
            })
        };
        let second = keys.ask([1; 32], || async { unreachable!("somebody asks already") });
        drop(first);
        answer.notify_one();
        second.await.expect("the first one's answer");

        drop(keys.ask([2; 32], || async { unreachable!("nobody waits") }));
        keys.ask([2; 32], || async { Ok(key()) })
            .await
            .expect("asked anew");
        assert!(lock(&keys.asked).is_empty());
    }
}
