use std::{num::NonZero, panic, sync::OnceLock, thread};

use futures::{
    future::{BoxFuture, pending},
    stream::{AbortHandle, Abortable},
};
use opentelemetry::context::FutureExt;
use tokio::{runtime::Handle, task::JoinSet};

/// Fewer items than this are worked on in place: handing them over would cost more than the work.
const WORTH_SHARING: usize = 64;

/// Tells a chunk whether anybody still waits for it. To be asked before each item: it costs no more than a load.
#[derive(Clone, Debug)]
pub(super) struct Wanted(Option<AbortHandle>);

impl Wanted {
    /// Somebody does, as long as they do not drop the work itself.
    pub(super) const ALWAYS: Self = Self(None);

    /// Whether somebody does.
    pub(super) fn holds(&self) -> bool {
        !self.0.as_ref().is_some_and(AbortHandle::is_aborted)
    }
}

/// Whether there are so many that they should be worked on in chunks.
pub(super) fn is_worth_sharing<I>(items: &[I]) -> bool {
    items.len() >= WORTH_SHARING
}

/// Works on items in chunks, on the cores there are, and yields the chunks' results in the order of the items.
///
/// Chunks run on the runtime's blocking threads, so that it makes no difference whether the runtime has one thread or
/// many, and a long list keeps nobody else waiting. Dropping the future ends all of it: chunks that have not begun are
/// dropped, those that wait are dropped where they wait, and those that work stop before their next item.
pub(super) async fn in_order<I, O>(
    mut items: Vec<I>,
    mut work: impl FnMut(Vec<I>, Wanted) -> BoxFuture<'static, O>,
) -> Vec<O>
where
    I: Send + 'static,
    O: Send + 'static,
{
    let chunks = cores();
    if !is_worth_sharing(&items) || chunks == 1 {
        return vec![work(items, Wanted::ALWAYS).await];
    }
    let share = items.len().div_ceil(chunks);
    let mut running = JoinSet::new();
    let mut unwanted = AbortOnDrop(Vec::with_capacity(chunks));
    let mut results: Vec<Option<O>> = Vec::with_capacity(chunks);
    while !items.is_empty() {
        let rest = items.split_off(share.min(items.len()));
        let (handle, registration) = AbortHandle::new_pair();
        unwanted.0.push(handle.clone());
        let chunk = work(std::mem::replace(&mut items, rest), Wanted(Some(handle)));
        // What is traced on other threads belongs to the list, too.
        let chunk = Abortable::new(chunk, registration).with_current_context();
        let position = results.len();
        results.push(None);
        let runtime = Handle::current();
        running.spawn_blocking(move || (position, runtime.block_on(chunk).ok()));
    }
    while let Some(finished) = running.join_next().await {
        match finished {
            Ok((position, result)) => {
                if let Some(place) = results.get_mut(position) {
                    *place = result;
                }
            }
            Err(failure) => match failure.try_into_panic() {
                Ok(payload) => panic::resume_unwind(payload),
                // The runtime is going down, and this future with it.
                Err(_) => pending().await,
            },
        }
    }
    results.into_iter().flatten().collect()
}

/// Ends the chunks of a list that nobody waits for any more.
struct AbortOnDrop(Vec<AbortHandle>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        for handle in &self.0 {
            handle.abort();
        }
    }
}

fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get))
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{Arc, Mutex, mpsc},
        time::Duration,
    };

    use futures::FutureExt;
    use tokio::sync::Semaphore;

    use super::in_order;

    async fn squares(count: u64) -> Vec<u64> {
        let chunks = in_order((0..count).collect(), |chunk: Vec<u64>, _| {
            async move {
                chunk
                    .into_iter()
                    .map(|item| item * item)
                    .collect::<Vec<_>>()
            }
            .boxed()
        });
        chunks.await.concat()
    }

    #[tokio::test]
    async fn order_is_kept_on_a_runtime_of_one_thread() {
        for count in [0, 1, 63, 64, 65, 1000] {
            let expected: Vec<u64> = (0..count).map(|item| item * item).collect();
            assert_eq!(squares(count).await, expected);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn order_is_kept_on_a_runtime_of_many_threads() {
        assert_eq!(squares(1001).await.last(), Some(&1_000_000));
    }

    #[tokio::test]
    #[should_panic(expected = "an item that cannot be worked on")]
    async fn a_panic_comes_back_to_the_caller() {
        in_order(vec![0; 100], |_, _| {
            async { panic!("an item that cannot be worked on") }.boxed()
        })
        .await;
    }

    /// Every chunk begins with an item that keeps its thread busy until the list is dropped.
    #[tokio::test]
    async fn a_chunk_that_works_stops_at_its_next_item() {
        let (begun, mut begins) = tokio::sync::mpsc::unbounded_channel();
        let (ended, ends) = mpsc::channel();
        let (gate, gated) = mpsc::channel::<()>();
        let gated = Arc::new(Mutex::new(gated));
        let list = in_order(vec![(); 1000], move |chunk: Vec<()>, wanted| {
            let (begun, ended, gated) = (begun.clone(), ended.clone(), Arc::clone(&gated));
            async move {
                let mut worked_on = 0;
                for _ in chunk {
                    if !wanted.holds() {
                        break;
                    }
                    begun.send(()).expect("the test waits for it");
                    let closed = gated.lock().expect("nobody panics with it").recv();
                    closed.expect_err("nothing is ever sent");
                    worked_on += 1;
                }
                ended.send(worked_on).expect("the test waits for it");
            }
            .boxed()
        });
        tokio::select! {
            _ = list => unreachable!("the first item of each chunk waits"),
            begun = begins.recv() => begun.expect("a chunk begins"),
        }
        drop(gate);
        let first = ends.recv_timeout(Duration::from_secs(10));
        assert_eq!(first, Ok(1), "one item was under way");
    }

    #[tokio::test]
    async fn a_chunk_that_waits_is_dropped_where_it_waits() {
        struct Told(tokio::sync::mpsc::UnboundedSender<&'static str>);
        impl Drop for Told {
            fn drop(&mut self) {
                let _ = self.0.send("dropped");
            }
        }
        let (told, mut tells) = tokio::sync::mpsc::unbounded_channel();
        let never = Arc::new(Semaphore::new(0));
        let list = in_order(vec![(); 1000], move |_, _| {
            let (told, never) = (Told(told.clone()), Arc::clone(&never));
            async move {
                told.0.send("waits").expect("the test waits for it");
                drop(never.acquire().await);
            }
            .boxed()
        });
        tokio::select! {
            _ = list => unreachable!("every chunk waits"),
            told = tells.recv() => assert_eq!(told, Some("waits")),
        }
        let rest = async { while tells.recv().await.is_some() {} };
        let dropped = tokio::time::timeout(Duration::from_secs(10), rest).await;
        assert_eq!(dropped, Ok(()), "every chunk lets go of what it held");
    }
}
