use std::sync::Arc;

use rand::{SeedableRng, rngs::StdRng};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    verdict::{Recorded, verdict},
    watchers::{ask_for_progress, begin_with_state, follow, open, scopes},
    writers::{Pace, finish, write},
};
use crate::harness::{Context, Fault, Recorder, Verdict, WatchRecorder, deadline};

/// So many that several changes are on their way at any time.
const WRITERS: usize = 12;

/// What there is beside the writers and the watches that are open from beginning to end.
#[derive(Clone, Copy, Default)]
pub(super) struct Load {
    /// Progress is asked for all the time, and the watches want to be told.
    pub(super) progress: bool,
    /// The watches select.
    pub(super) selections: bool,
    /// Watches begin at the version of a list, and others go on where they end.
    pub(super) successors: bool,
    /// Watches begin with the state.
    pub(super) states: bool,
}

/// Writes and watches at the same time, waits until every watch has been told the last change, and judges the whole.
pub(super) async fn judged(context: &Context, case: &str, load: Load) -> Verdict {
    let recorder = Recorder::new(context.shared_store());
    let watches = WatchRecorder::new(Arc::clone(&recorder));
    let begin = context.current().await?;
    open(&watches, begin, load.progress, load.selections).await?;

    let seed = context.settings().seed.of(case).0;
    let mut turns = seed..;
    let mut random = || StdRng::seed_from_u64(turns.next().unwrap_or(seed));
    let pace = Arc::new(Pace::new(context.settings().stress));
    let mut writers = JoinSet::new();
    for number in 0..WRITERS {
        let (client, random, pace) = (recorder.client(), random(), Arc::clone(&pace));
        let asked = load.progress.then(|| context.shared_store());
        writers.spawn(async move { write(client, number, random, &pace, asked).await });
    }
    let done = CancellationToken::new();
    let mut beside = JoinSet::new();
    if load.progress {
        let asking = ask_for_progress(context.shared_store(), done.clone());
        beside.spawn(async move {
            asking.await;
            Ok(())
        });
    }
    for scope in scopes() {
        if load.successors {
            let client = recorder.client();
            let (watches, done) = (Arc::clone(&watches), done.clone());
            beside.spawn(follow(watches, client, random(), scope.clone(), done));
        }
        if load.states {
            let (watches, done) = (Arc::clone(&watches), done.clone());
            beside.spawn(begin_with_state(watches, random(), scope, done));
        }
    }
    let written = joined(&mut writers, Ok).await;
    let until = recorder.now();
    done.cancel();
    joined(&mut beside, |ended| ended).await?;
    written?;

    let last = finish(&mut recorder.client()).await?;
    watches.drain_all(last, deadline::EVENT).await?;
    watches.stop_all().await?;
    let recorded = Recorded {
        history: watches.history(),
        until,
        troubles: recorder.troubles(),
    };
    verdict(context, case, load, &recorded)
}

/// Waits for all, and tells the first that failed.
async fn joined<T: 'static>(running: &mut JoinSet<T>, check: fn(T) -> Verdict) -> Verdict {
    let mut verdict = Ok(());
    while let Some(joined) = running.join_next().await {
        let ended = joined
            .map_err(|error| Fault::Broken(format!("A client died: {error}")))
            .and_then(check);
        verdict = verdict.and(ended);
    }
    verdict
}
