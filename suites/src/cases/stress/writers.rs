use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use rand::{RngExt, rngs::StdRng};
use storeproof::storage::Store;
use storeproof_fixtures::objects::Pod;

use crate::{
    harness::{Recording, Verdict, unexpected},
    judge::{Answer, Version, watch::Selection},
};

/// The namespace that watches of one namespace are about.
pub(super) const WATCHED: &str = "in";
/// Another one, of which they are told nothing.
const ELSEWHERE: &str = "out";
/// The object that watches of one object are about.
pub(super) const OBJECT: &str = "in/0-0";
/// So many objects each writer has of its own, two thirds of them in the watched namespace. They are few, so that most are
/// changed and deleted again even where little can be written.
const OBJECTS: usize = 3;

/// So many operations are wanted a second. A store that is faster rests; one that is slower is what it is.
const A_SECOND: f64 = 2000.0;
/// So many operations are wanted whatever the time: writers go on until there are so many.
const WANTED: u64 = 400;
/// But not for longer than this.
const PATIENCE: Duration = Duration::from_secs(25);
/// With fewer writes nothing was tried.
pub(super) const NEEDED: usize = 60;

/// How long the writers go on: for so many operations or for a time, whichever is over first.
pub(super) struct Pace {
    begun: Instant,
    time: Duration,
    most: f64,
    done: AtomicU64,
}

impl Pace {
    pub(super) fn new(time: Duration) -> Self {
        Self {
            begun: Instant::now(),
            time,
            most: A_SECOND * time.as_secs_f64(),
            done: AtomicU64::default(),
        }
    }

    /// Whether there is one more operation to do.
    fn goes_on(&self) -> bool {
        let done = self.done.fetch_add(1, Ordering::Relaxed);
        let passed = self.begun.elapsed();
        if done < WANTED {
            return passed < self.time + PATIENCE;
        }
        passed < self.time && f64::from(u32::try_from(done).unwrap_or(u32::MAX)) < self.most
    }
}

/// Creates, updates and deletes objects of its own, as long as the pace says. Where there is somebody to ask, progress is
/// asked for behind every write: that is when the change is on its way, and the answer could overtake it.
pub(super) async fn write(
    mut client: Recording,
    number: usize,
    mut random: StdRng,
    pace: &Pace,
    asked: Option<Arc<dyn Store<Pod>>>,
) {
    let names: Vec<String> = (0..OBJECTS)
        .map(|object| {
            let namespace = if object % 3 == 2 { ELSEWHERE } else { WATCHED };
            format!("{namespace}/{number}-{object}")
        })
        .collect();
    let mut there = HashSet::new();
    while pace.goes_on() {
        let Some(name) = names.get(random.random_range(0..names.len())) else {
            return;
        };
        let answer = match (there.contains(name), random.random_range(0..10)) {
            (false, _) => client.create(name).await,
            (true, 0..7) => client.update(name, None).await,
            (true, _) => client.delete(name, None).await,
        };
        if let Some(asked) = &asked {
            // A request that fails tells nobody anything: what watches are told is what counts.
            let _ = asked.request_watch_progress().await;
        }
        match answer {
            Answer::Wrote { .. } | Answer::Exists => there.insert(name),
            Answer::Deleted { .. } | Answer::Missing => there.remove(name),
            _ => continue,
        };
    }
}

/// The last changes: of an object that every watch is about, as often as it takes for every selection to see it come or
/// go. Returns the version of the last one.
///
/// # Errors
///
/// The store does not answer.
pub(super) async fn finish(client: &mut Recording) -> Verdict<Version> {
    let mut left = Selection::DIVISOR + 1;
    let mut last = None;
    for _ in 0..10 * left {
        let answer = match last {
            Some(Answer::Missing) => client.create(OBJECT).await,
            _ => client.update(OBJECT, None).await,
        };
        if let Answer::Wrote { version, .. } = answer {
            left -= 1;
            if left == 0 {
                return Ok(version);
            }
        }
        last = Some(answer);
    }
    Err(unexpected(
        "writes are answered",
        format!("the last writes failed, the very last with: {last:?}"),
    ))
}
