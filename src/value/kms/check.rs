use std::time::Duration;

use tokio::{sync::Mutex, time::Instant};

/// How long a good result is believed (backend §7.10).
const GOOD: Duration = Duration::from_secs(20);
/// How long a bad one is.
const BAD: Duration = Duration::from_secs(3);

/// A check that is made once for all who ask at about the same time.
///
/// Whoever asks while a result is still believed is told the same, word for word. (The Go implementation repeats a failure
/// without the sentence around it: backend §9.6, row 91.)
pub(super) struct Check<E> {
    last: Mutex<Option<(Instant, Result<(), E>)>>,
}

impl<E: Clone> Check<E> {
    pub(super) fn new() -> Self {
        Self {
            last: Mutex::new(None),
        }
    }

    /// The last result while it is believed, else what `look` finds. One looks at a time.
    pub(super) async fn result(&self, look: impl Future<Output = Result<(), E>>) -> Result<(), E> {
        let mut last = self.last.lock().await;
        if let Some((at, result)) = &*last {
            let believed = if result.is_ok() { GOOD } else { BAD };
            if at.elapsed() < believed {
                return result.clone();
            }
        }
        let result = look.await;
        *last = Some((Instant::now(), result.clone()));
        result
    }
}
