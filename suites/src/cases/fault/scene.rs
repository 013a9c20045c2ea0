use std::{future::Future, sync::Arc};

use storeproof::storage::ResourceVersion;
use storeproof_fixtures::objects::{PodExt, RESOURCE_PREFIX};
use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
    time::timeout,
};
use tokio_util::task::AbortOnDropHandle;

use super::{
    following::{Goal, Scope, follow},
    happened::{Happened, agree, same, state},
    writing::{end, write},
};
use crate::{
    harness::{Context, Fault, Recorder, Verdict, deadline, expect_eq, unexpected, version_of},
    judge::{Ruling, judge, phrase},
};

const WRITERS: usize = 3;
/// So many turns writers get before anything breaks, and after all is well again.
const AROUND: usize = 12;
/// So many they get at once when something breaks: some are then under way.
const AT_ONCE: usize = 12;
/// So many steps the search of one object may take.
const BUDGET: u64 = 400_000;

/// Writers and watchers who go on while something breaks.
pub(super) struct Scene<'a> {
    context: &'a Context,
    recorder: Arc<Recorder>,
    start: ResourceVersion,
    turns: Arc<Semaphore>,
    granted: usize,
    over: watch::Receiver<usize>,
    goal: watch::Sender<Option<Goal>>,
    watchers: Vec<(Scope, AbortOnDropHandle<Verdict<Vec<Happened>>>)>,
    _writers: JoinSet<()>,
}

impl<'a> Scene<'a> {
    /// Lets writers and watchers begin. Returns when the first writes are answered.
    pub(super) async fn begin(context: &'a Context) -> Verdict<Self> {
        let start = context.current().await?;
        let recorder = Recorder::new(context.shared_store());
        let turns = Arc::new(Semaphore::new(0));
        let (counter, over) = watch::channel(0);
        let goal = watch::Sender::new(None);
        let watchers = Scope::all().map(|scope| {
            let following = follow(
                context.shared_store(),
                scope.clone(),
                start,
                goal.subscribe(),
            );
            (scope, AbortOnDropHandle::new(tokio::spawn(following)))
        });
        let mut writers = JoinSet::new();
        for number in 0..WRITERS {
            let (turns, counter) = (Arc::clone(&turns), counter.clone());
            writers.spawn(write(recorder.client(), number, turns, counter));
        }
        let mut scene = Self {
            context,
            recorder,
            start,
            turns,
            granted: 0,
            over,
            goal,
            watchers: watchers.into(),
            _writers: writers,
        };
        scene.let_go(AROUND);
        scene.settle().await?;
        Ok(scene)
    }

    /// Lets writers go on while something breaks: some writes will be under way.
    pub(super) fn go_on(&mut self) {
        self.let_go(AT_ONCE);
    }

    fn let_go(&mut self, turns: usize) {
        self.granted += turns;
        self.turns.add_permits(turns);
    }

    /// Returns once every writer has had its turns, whatever came of them.
    pub(super) async fn settle(&mut self) -> Verdict {
        let granted = self.granted;
        let all = self.over.wait_for(|over| *over >= granted);
        in_time("every write is answered, or fails", all)
            .await?
            .map_err(|_| died())?;
        Ok(())
    }

    /// All is well again: everybody must come to see the last writes, and the whole must make sense.
    pub(super) async fn finish(mut self) -> Verdict {
        self.settle().await?;
        self.let_go(AROUND);
        self.settle().await?;
        let mut client = self.recorder.client();
        let goal = in_time("the store takes writes again", end(&mut client)).await?;
        self.goal.send_replace(Some(goal));
        client.list().await;
        let mut told = Vec::new();
        for (scope, watcher) in self.watchers.drain(..) {
            let reached = format!("{} tells of the last write", scope.called);
            let watched = in_time(&reached, watcher).await?;
            told.push((scope, watched.map_err(|_| died())??));
        }
        let whole = follow(
            self.context.shared_store(),
            Scope::everything(),
            self.start,
            self.goal.subscribe(),
        );
        let happened = in_time("a new watch tells of all that happened", whole).await??;
        self.judge(&told, &happened).await
    }

    async fn judge(&self, told: &[(Scope, Vec<Happened>)], happened: &[Happened]) -> Verdict {
        let history = self.recorder.history();
        match judge(&history, BUDGET) {
            Ruling::Linearizable => {}
            Ruling::Undecided { why } => return Err(Fault::Inconclusive(why)),
            Ruling::Violated(violation) => {
                let culprit = history.get(violation.culprit).map(phrase);
                let culprit = culprit.unwrap_or_default();
                let observed = format!("{culprit}: {}", violation.why);
                return Err(Fault::failed(violation.guarantee, observed));
            }
        }
        agree(happened, &history)?;
        for (scope, told) in told {
            let expected: Vec<_> = happened.iter().filter(|each| scope.shows(each)).collect();
            same(scope.called, told, &expected)?;
        }
        let list = self.context.list(RESOURCE_PREFIX).await?;
        let listed = list.items.iter();
        let listed = listed.map(|pod| Ok((pod.name().to_owned(), version_of(pod)?)));
        let listed = listed.collect::<Verdict<Vec<_>>>()?;
        expect_eq("what is there in the end", listed, state(happened))
    }
}

fn died() -> Fault {
    Fault::Broken("A client of the scene died".to_owned())
}

async fn in_time<R>(expected: &str, future: impl Future<Output = R>) -> Verdict<R> {
    let observed = || format!("not within {:?}", deadline::RECOVERY);
    let ended = timeout(deadline::RECOVERY, future).await;
    ended.map_err(|_| unexpected(expected, observed()))
}
