use std::sync::mpsc;

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use tokio::sync::oneshot;

/// Random sequences, and smaller versions of the last one.
///
/// proptest's strategies and trees stay on the thread that made them, while sequences are played by tasks that move
/// between threads; so they live on a thread of their own, which ends when this is dropped.
pub(super) struct Candidates<O>(mpsc::Sender<(Wish, oneshot::Sender<Option<Vec<O>>>)>);

#[derive(Clone, Copy)]
enum Wish {
    Another,
    Simpler,
    LessSimple,
}

impl<O: Send + std::fmt::Debug + 'static> Candidates<O> {
    /// Sequences of a strategy, determined by a seed.
    pub(super) fn new<S: Strategy<Value = Vec<O>>>(
        seed: u64,
        strategy: impl FnOnce() -> S + Send + 'static,
    ) -> Self {
        let (sender, wishes) = mpsc::channel();
        tokio::task::spawn_blocking(move || serve(seed, strategy(), &wishes));
        Self(sender)
    }

    /// A new random sequence; `None` where the strategy rejects its own values.
    pub(super) async fn another(&self) -> Option<Vec<O>> {
        self.ask(Wish::Another).await
    }

    /// The last sequence made simpler; `None` where it is as simple as it gets.
    pub(super) async fn simpler(&self) -> Option<Vec<O>> {
        self.ask(Wish::Simpler).await
    }

    /// The last simplification taken back in part; `None` where nothing is left to take back.
    pub(super) async fn less_simple(&self) -> Option<Vec<O>> {
        self.ask(Wish::LessSimple).await
    }

    async fn ask(&self, wish: Wish) -> Option<Vec<O>> {
        let (reply, answer) = oneshot::channel();
        self.0.send((wish, reply)).ok()?;
        answer.await.ok().flatten()
    }
}

fn serve<O, S>(
    seed: u64,
    strategy: S,
    wishes: &mpsc::Receiver<(Wish, oneshot::Sender<Option<Vec<O>>>)>,
) where
    O: std::fmt::Debug,
    S: Strategy<Value = Vec<O>>,
{
    let mut runner = seeded(seed);
    let mut tree = None;
    while let Ok((wish, reply)) = wishes.recv() {
        let moved = match (wish, &mut tree) {
            (Wish::Another, _) => {
                tree = strategy.new_tree(&mut runner).ok();
                true
            }
            (Wish::Simpler, Some(tree)) => tree.simplify(),
            (Wish::LessSimple, Some(tree)) => tree.complicate(),
            (_, None) => false,
        };
        let candidate = tree.as_ref().filter(|_| moved).map(ValueTree::current);
        // Nobody waits any more: the run is being taken down.
        if reply.send(candidate).is_err() {
            return;
        }
    }
}

fn seeded(seed: u64) -> TestRunner {
    let mut bytes = [0; 32];
    for (chunk, part) in bytes.chunks_mut(8).zip(0_u64..) {
        let mixed = seed.wrapping_add(part.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        chunk.copy_from_slice(&mixed.to_le_bytes());
    }
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    TestRunner::new_with_rng(Config::default(), random)
}
