use std::{num::NonZero, panic, sync::OnceLock, thread};

use futures::future::BoxFuture;
use tokio::{runtime::Handle, task::JoinSet};

/// Fewer items than this are worked on in place: handing them over would cost more than the work.
const WORTH_SHARING: usize = 64;

/// Works on items in chunks, on the cores there are, and yields the chunks' results in the order of the items.
///
/// Chunks run on the runtime's blocking threads, so that it makes no difference whether the runtime has one thread or
/// many, and a long list keeps nobody else waiting. Dropping the future drops the chunks that have not begun.
pub(super) async fn in_order<I, O>(
    mut items: Vec<I>,
    mut work: impl FnMut(Vec<I>) -> BoxFuture<'static, O>,
) -> Vec<O>
where
    I: Send + 'static,
    O: Send + 'static,
{
    let chunks = cores();
    if items.len() < WORTH_SHARING || chunks == 1 {
        return vec![work(items).await];
    }
    let share = items.len().div_ceil(chunks);
    let mut running = JoinSet::new();
    let mut results: Vec<Option<O>> = Vec::with_capacity(chunks);
    while !items.is_empty() {
        let rest = items.split_off(share.min(items.len()));
        let chunk = work(std::mem::replace(&mut items, rest));
        let position = results.len();
        results.push(None);
        let runtime = Handle::current();
        running.spawn_blocking(move || (position, runtime.block_on(chunk)));
    }
    while let Some(finished) = running.join_next().await {
        match finished {
            Ok((position, result)) => {
                if let Some(place) = results.get_mut(position) {
                    *place = Some(result);
                }
            }
            Err(failure) => match failure.try_into_panic() {
                Ok(payload) => panic::resume_unwind(payload),
                // The runtime is going down, and this future with it.
                Err(_) => std::future::pending().await,
            },
        }
    }
    results.into_iter().flatten().collect()
}

fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get))
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::in_order;

    async fn squares(count: u64) -> Vec<u64> {
        let chunks = in_order((0..count).collect(), |chunk: Vec<u64>| {
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
        in_order(vec![0; 100], |_| {
            async { panic!("an item that cannot be worked on") }.boxed()
        })
        .await;
    }
}
