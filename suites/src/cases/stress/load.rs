use std::{sync::Arc, time::Duration};

use rand::{SeedableRng, rngs::StdRng};
use storeproof::storage::ResourceVersion;
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{
    verdict::{Recorded, verdict},
    watchers::{ask_for_progress, begin_with_state, follow, open, scopes},
    writers::{Pace, finish, write},
};
use crate::{
    harness::{Context, Fault, Recorder, Verdict, WatchRecorder, deadline},
    judge::Version,
};

/// So many that several changes are on their way at any time.
const WRITERS: usize = 12;
/// So much history is left, or twice as much.
const COMPACTION: Duration = Duration::from_millis(50);

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
    /// History is compacted all the time, beneath watches that go on and watches that come too late.
    pub(super) compaction: bool,
}

/// Writes and watches at the same time, waits until every watch has been told the last change, and judges the whole.
pub(super) async fn judged(context: &Context, case: &str, load: Load) -> Verdict {
    let recorder = Recorder::new(context.shared_store());
    let watches = WatchRecorder::new(Arc::clone(&recorder));
    let begin = Version::new(context.current().await?.get());
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
            let expires = load.compaction;
            beside.spawn(follow(
                watches,
                client,
                random(),
                scope.clone(),
                expires,
                done,
            ));
        }
        if load.states {
            let (watches, done) = (Arc::clone(&watches), done.clone());
            beside.spawn(begin_with_state(watches, random(), scope, done));
        }
    }
    let over = CancellationToken::new();
    let writing = async {
        let written = joined(&mut writers, Ok).await;
        over.cancel();
        written
    };
    let (written, compacted) = if load.compaction {
        tokio::join!(writing, compact_beneath(context, &over))
    } else {
        (writing.await, Ok(ResourceVersion::UNSET))
    };
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
        compacted: Version::new(compacted?.get()),
        troubles: recorder.troubles(),
    };
    verdict(context, case, load, &recorded)
}

/// Compacts what is older than the last time, again and again, until the writers are done. Returns the last version that
/// history was compacted at.
async fn compact_beneath(context: &Context, over: &CancellationToken) -> Verdict<ResourceVersion> {
    let mut at = context.current().await?;
    let mut compacted = ResourceVersion::UNSET;
    while over.run_until_cancelled(sleep(COMPACTION)).await.is_some() {
        let next = context.current().await?;
        if next > at {
            context.compact(at).await?;
            compacted = at;
            at = next;
        }
    }
    Ok(compacted)
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
