use std::{sync::Arc, time::Duration};

use rand::{RngExt, rngs::StdRng};
use storeproof::storage::Store;
use storeproof_fixtures::objects::Pod;
use tokio_util::sync::CancellationToken;

use super::writers::{OBJECT, WATCHED};
use crate::{
    harness::{Recording, Verdict, WatchRecorder},
    judge::{
        Answer, Version,
        watch::{Scope, Selection, Start, Wish},
    },
};

/// So often progress is asked for.
const PROGRESS: Duration = Duration::from_millis(10);
/// A watch that is to be followed by another one is read for no longer than this.
const LINK: Duration = Duration::from_millis(150);
/// No more watches than this follow one another.
const LINKS: usize = 12;
/// So many watches that begin with the state are open at a time.
const STATES: usize = 3;

pub(super) fn scopes() -> [Scope; 3] {
    [
        Scope::Everything,
        Scope::Namespace(WATCHED.into()),
        Scope::Object(OBJECT.into()),
    ]
}

/// Opens the watches that are there from the beginning.
pub(super) async fn open(
    watches: &WatchRecorder,
    begin: Version,
    progress: bool,
    selections: bool,
) -> Verdict {
    let wanted: Vec<Option<Selection>> = if selections {
        let remainders = 0..Selection::DIVISOR;
        remainders
            .map(|remainder| Some(Selection { remainder }))
            .collect()
    } else {
        vec![None, None]
    };
    for scope in scopes() {
        for selection in &wanted {
            let wish = Wish {
                scope: scope.clone(),
                selection: *selection,
                start: Start::After(begin),
                progress,
            };
            watches.open(wish).await?;
        }
    }
    Ok(())
}

/// Asks for progress all the time.
pub(super) async fn ask_for_progress(store: Arc<dyn Store<Pod>>, done: CancellationToken) {
    while done
        .run_until_cancelled(tokio::time::sleep(PROGRESS))
        .await
        .is_some()
    {
        // A request that fails tells nobody anything: what watches are told is what counts.
        let _ = store.request_watch_progress().await;
    }
}

/// Lists, watches from there, and goes on with one watch after another, some of which are left with events unread.
pub(super) async fn follow(
    watches: Arc<WatchRecorder>,
    mut client: Recording,
    mut random: StdRng,
    scope: Scope,
    expires: bool,
    done: CancellationToken,
) -> Verdict {
    while !done.is_cancelled() {
        let Answer::Listed(list) = client.list().await else {
            continue;
        };
        let begun = watches
            .open(Wish {
                scope: scope.clone(),
                selection: None,
                start: Start::After(list.version()),
                progress: false,
            })
            .await;
        let mut place = match begun {
            Ok(place) => place,
            Err(_) if expires => continue,
            Err(fault) => return Err(fault),
        };
        for _ in 0..LINKS {
            if done.is_cancelled() {
                return Ok(());
            }
            let enough = random.random_range(1..60);
            watches.read_so_many(place, enough, LINK).await?;
            if random.random_bool(0.5) {
                watches.stop(place).await?;
            } else {
                watches.leave(place).await?;
            }
            place = match watches.resume(place).await {
                Ok(place) => place,
                // What it would begin with may be gone. Whether that was so is seen where watches say it themselves.
                Err(_) if expires => break,
                Err(fault) => return Err(fault),
            };
        }
    }
    Ok(())
}

/// Opens watches that begin with the state, one after another; the last ones stay open.
pub(super) async fn begin_with_state(
    watches: Arc<WatchRecorder>,
    mut random: StdRng,
    scope: Scope,
    done: CancellationToken,
) -> Verdict {
    let mut open = Vec::new();
    while !done.is_cancelled() {
        if open.len() == STATES {
            watches.stop(open.remove(0)).await?;
        }
        let place = watches
            .open(Wish {
                scope: scope.clone(),
                selection: None,
                start: Start::State {
                    not_older_than: Version::UNSET,
                },
                progress: false,
            })
            .await?;
        open.push(place);
        let enough = random.random_range(1..100);
        watches.read_so_many(place, enough, LINK).await?;
    }
    Ok(())
}
