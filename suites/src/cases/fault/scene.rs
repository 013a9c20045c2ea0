use std::{future::Future, sync::Arc};

use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
    time::timeout,
};
use tokio_util::task::AbortOnDropHandle;

use super::{
    following::{everything, follow, wishes},
    happened::rule,
    writing::{end, write},
};
use crate::{
    harness::{Context, Fault, Recorder, Verdict, WatchRecorder, deadline, unexpected},
    judge::Version,
};

const WRITERS: usize = 3;
/// So many turns writers get before anything breaks, and after all is well again.
const AROUND: usize = 12;
/// So many they get at once when something breaks: some are then under way.
const AT_ONCE: usize = 12;

/// Writers and watchers who go on while something breaks.
pub(super) struct Scene {
    recorder: Arc<Recorder>,
    watches: Arc<WatchRecorder>,
    start: Version,
    turns: Arc<Semaphore>,
    granted: usize,
    over: watch::Receiver<usize>,
    last: watch::Sender<Option<Version>>,
    followers: Vec<AbortOnDropHandle<Verdict>>,
    _writers: JoinSet<()>,
}

impl Scene {
    /// Lets writers and watchers begin. Returns when the first writes are answered.
    pub(super) async fn begin(context: &Context) -> Verdict<Self> {
        let start = Version::new(context.current().await?.get());
        let recorder = Recorder::new(context.shared_store());
        let watches = WatchRecorder::new(Arc::clone(&recorder));
        let turns = Arc::new(Semaphore::new(0));
        let (counter, over) = watch::channel(0);
        let last = watch::Sender::new(None);
        let followers = wishes(start).map(|wish| {
            let following = follow(Arc::clone(&watches), wish, last.subscribe());
            AbortOnDropHandle::new(tokio::spawn(following))
        });
        let mut writers = JoinSet::new();
        for number in 0..WRITERS {
            let (turns, counter) = (Arc::clone(&turns), counter.clone());
            writers.spawn(write(recorder.client(), number, turns, counter));
        }
        let mut scene = Self {
            recorder,
            watches,
            start,
            turns,
            granted: 0,
            over,
            last,
            followers: followers.into(),
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

    /// Returns once a write was acknowledged from now on, though something is broken still.
    pub(super) async fn take_writes(&mut self) -> Verdict {
        let mut client = self.recorder.client();
        in_time("writes are acknowledged meanwhile", end(&mut client)).await?;
        Ok(())
    }

    /// All is well again: everybody must come to see the last writes, and the whole must make sense.
    pub(super) async fn finish(mut self) -> Verdict {
        self.settle().await?;
        self.let_go(AROUND);
        self.settle().await?;
        let mut client = self.recorder.client();
        let last = in_time("the store takes writes again", end(&mut client)).await?;
        self.last.send_replace(Some(last));
        client.list().await;
        for follower in self.followers.drain(..) {
            let followed = in_time("every watch tells of the last write", follower).await?;
            followed.map_err(|_| died())??;
        }
        let watches = Arc::clone(&self.watches);
        let whole = follow(watches, everything(self.start), self.last.subscribe());
        in_time("a new watch tells of all that happened", whole).await??;
        self.watches.stop_all().await?;
        rule(&self.watches.history())
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
