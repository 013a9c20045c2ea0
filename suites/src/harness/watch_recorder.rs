use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::future::join_all;
use storeproof::storage::{Event, ResourceVersion, Watch, WatchOptions};
use storeproof_fixtures::objects::{Pod, RESOURCE_PREFIX, everything, key, labels};
use tokio::{
    sync::watch::{self, Sender},
    task::JoinSet,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    Fault, Recorder, Verdict, deadline,
    recorded::{REMAINDER, key_in_history, place, seen},
    unexpected,
};
use crate::judge::{
    Moment,
    watch::{Delivery, Ending, Kind, Scope, Start, Told, WatchHistory, Watched, Wish, owed_to_all},
};

/// Opens watches of a recorded store and notes what they tell, for the judges.
///
/// Each watch is read by a task of its own, as fast as it can be: nothing is timed out and nothing is tried twice. Whoever
/// waits for a watch does so with a deadline. Dropping the recorder leaves all watches.
#[derive(Debug)]
pub struct WatchRecorder {
    recorder: Arc<Recorder>,
    readings: Mutex<Vec<Arc<Reading>>>,
    readers: Mutex<JoinSet<()>>,
}

/// One watch that is, or was, read.
#[derive(Debug)]
struct Reading {
    watched: Mutex<Watched>,
    position: Sender<Position>,
    /// Ends the watch; what was delivered is still read.
    stop: CancellationToken,
    /// Drops the watch.
    leave: CancellationToken,
}

/// How far the reader of a watch is.
#[derive(Clone, Copy, Debug, Default)]
struct Position {
    /// How many events it read.
    deliveries: usize,
    /// The version of the last change, or of the initial state. Bookmarks do not count: they may lie.
    version: ResourceVersion,
    /// Whether it reads no more.
    ended: bool,
}

impl WatchRecorder {
    /// Notes the watches of a store beside what its recorder notes of everything else.
    pub fn new(recorder: Arc<Recorder>) -> Arc<Self> {
        Arc::new(Self {
            recorder,
            readings: Mutex::default(),
            readers: Mutex::default(),
        })
    }

    /// Opens a watch, and returns its place in the history.
    ///
    /// # Errors
    ///
    /// The store refuses, or does not answer in time.
    pub async fn open(&self, wish: Wish) -> Verdict<usize> {
        self.open_after(wish, None).await
    }

    /// Opens a watch that goes on where another one is, and returns its place. That one is to be stopped or left before.
    ///
    /// Where that one told nothing yet that could be gone on from, it is opened anew.
    ///
    /// # Errors
    ///
    /// The store refuses, or does not answer in time.
    pub async fn resume(&self, place: usize) -> Verdict<usize> {
        let (mut wish, reached) = {
            let reading = self.reading(place)?;
            let watched = reading.watched();
            (watched.wish.clone(), watched.reached())
        };
        if let Some(reached) = reached {
            wish.start = Start::After(reached);
        }
        self.open_after(wish, reached.map(|_| place)).await
    }

    async fn open_after(&self, wish: Wish, resumes: Option<usize>) -> Verdict<usize> {
        let opened = self.recorder.now();
        let (key, options) = request(&wish);
        let opening = self.recorder.store().watch(&key, options);
        let watch = timeout(deadline::EVENT, opening).await.map_err(|_| {
            unexpected(
                "the watch starts",
                format!("no answer for {:?}", deadline::EVENT),
            )
        })??;
        let reading = Arc::new(Reading::new(wish, opened, resumes));
        let reader = read(watch, Arc::clone(&reading), Arc::clone(&self.recorder));
        lock(&self.readers).spawn(reader);
        let mut readings = lock(&self.readings);
        readings.push(reading);
        Ok(readings.len() - 1)
    }

    /// Stops a watch, and waits until everything was read that it had delivered.
    ///
    /// # Errors
    ///
    /// It does not end in time.
    pub async fn stop(&self, place: usize) -> Verdict {
        let reading = self.reading(place)?;
        reading.stop.cancel();
        if reading.comes_to(deadline::END, |_| false).await {
            return Ok(());
        }
        self.leave(place).await?;
        Err(unexpected(
            "the watch ends once it is stopped",
            format!("it is still open after {:?}", deadline::END),
        ))
    }

    /// Drops a watch, and whatever it delivered that was not read.
    ///
    /// # Errors
    ///
    /// There is no such watch.
    pub async fn leave(&self, place: usize) -> Verdict {
        let reading = self.reading(place)?;
        reading.leave.cancel();
        reading.comes_to(deadline::END, |_| false).await;
        Ok(())
    }

    /// Waits until a watch has told so many events, or has ended, and no longer than `within`.
    ///
    /// # Errors
    ///
    /// There is no such watch.
    pub async fn read_so_many(&self, place: usize, deliveries: usize, within: Duration) -> Verdict {
        let reading = self.reading(place)?;
        let enough = |position: &Position| position.deliveries >= deliveries;
        reading.comes_to(within, enough).await;
        Ok(())
    }

    /// Waits until a watch has told of a version, which it has to tell of, and notes that everything up to there was due:
    /// what is missing after `within` is lost.
    ///
    /// # Errors
    ///
    /// There is no such watch.
    pub async fn drain(&self, place: usize, version: ResourceVersion, within: Duration) -> Verdict {
        let reading = self.reading(place)?;
        let there = |position: &Position| position.version >= version;
        reading.comes_to(within, there).await;
        if !reading.position.borrow().ended {
            reading.watched().due = Some(version);
        }
        Ok(())
    }

    /// Waits until every watch that is still read has told all that it has to, the writers having ended.
    ///
    /// `last` is a version that every watch reaches: that of a change which all of them are told of, or of a state that
    /// is not older.
    ///
    /// # Errors
    ///
    /// None: what does not come is for the judges.
    pub async fn drain_all(&self, last: ResourceVersion, within: Duration) -> Verdict {
        let owed = owed_to_all(&self.history());
        let waiting = owed
            .into_iter()
            .enumerate()
            .map(|(place, owed)| self.drain(place, owed.unwrap_or(last), within));
        join_all(waiting).await.into_iter().collect()
    }

    /// Stops every watch that is still read.
    ///
    /// # Errors
    ///
    /// One does not end in time.
    pub async fn stop_all(&self) -> Verdict {
        let count = lock(&self.readings).len();
        let stopping = (0..count).map(|place| self.stop(place));
        join_all(stopping).await.into_iter().collect()
    }

    /// What was done and told so far.
    pub fn history(&self) -> WatchHistory {
        let readings = lock(&self.readings);
        WatchHistory {
            operations: self.recorder.history(),
            watches: readings
                .iter()
                .map(|reading| reading.watched().clone())
                .collect(),
        }
    }

    fn reading(&self, place: usize) -> Verdict<Arc<Reading>> {
        let reading = lock(&self.readings).get(place).cloned();
        reading.ok_or_else(|| Fault::Broken(format!("There is no watch {place} in the history")))
    }
}

impl Reading {
    fn new(wish: Wish, opened: Moment, resumes: Option<usize>) -> Self {
        let (position, _) = watch::channel(Position::default());
        Self {
            watched: Mutex::new(Watched {
                wish,
                opened,
                deliveries: Vec::new(),
                ending: Ending::Left,
                resumes,
                due: None,
            }),
            position,
            stop: CancellationToken::new(),
            leave: CancellationToken::new(),
        }
    }

    fn watched(&self) -> MutexGuard<'_, Watched> {
        lock(&self.watched)
    }

    /// Whether the reader has ended, or is where it was waited for, before the time is over.
    async fn comes_to(&self, within: Duration, there: impl Fn(&Position) -> bool) -> bool {
        let mut position = self.position.subscribe();
        let arrival = position.wait_for(|position| position.ended || there(position));
        timeout(within, arrival).await.is_ok()
    }

    fn note(&self, moment: Moment, told: Told) {
        let mut watched = self.watched();
        let in_state = matches!(watched.wish.start, Start::State { .. })
            && self.position.borrow().version.is_unset();
        let version = match told {
            Told::Change { ref seen, .. } if !in_state => seen.version,
            Told::Bookmark {
                version,
                ends_state: true,
            } => version,
            _ => ResourceVersion::UNSET,
        };
        watched.deliveries.push(Delivery { moment, told });
        drop(watched);
        self.position.send_modify(|position| {
            position.deliveries += 1;
            position.version = position.version.max(version);
        });
    }

    fn end(&self, ending: Ending) {
        self.watched().ending = ending;
        self.position.send_modify(|position| position.ended = true);
    }
}

async fn read(mut watch: Watch<Pod>, reading: Arc<Reading>, recorder: Arc<Recorder>) {
    let mut stopped = false;
    let ending = loop {
        let event = tokio::select! {
            biased;
            () = reading.leave.cancelled() => break Ending::Left,
            () = reading.stop.cancelled(), if !stopped => {
                stopped = true;
                watch.stop();
                continue;
            }
            event = watch.next() => event,
        };
        match event {
            Some(event) => reading.note(recorder.now(), told(&event)),
            None if stopped => break Ending::Stopped,
            None => break Ending::Closed,
        }
    };
    reading.end(ending);
}

/// The key and the options that ask a store for this.
fn request(wish: &Wish) -> (String, WatchOptions<Pod>) {
    let (key, recursive) = match &wish.scope {
        Scope::Everything => (RESOURCE_PREFIX.to_owned(), true),
        Scope::Namespace(namespace) => (format!("{RESOURCE_PREFIX}{namespace}/"), true),
        Scope::Object(object) => {
            let (namespace, name) = place(object);
            (key(namespace, name), false)
        }
    };
    let mut predicate = match wish.selection {
        None => everything(),
        Some(selection) => labels(&[(REMAINDER, &selection.remainder.to_string())]),
    };
    let (version, state) = match wish.start {
        Start::After(version) => (version, None),
        Start::State { not_older_than } => (not_older_than, Some(true)),
    };
    predicate.allow_watch_bookmarks = wish.progress || state.is_some();
    let options = WatchOptions {
        resource_version: version.to_string(),
        predicate,
        recursive,
        progress_notify: wish.progress,
        send_initial_events: state,
    };
    (key, options)
}

fn told(event: &Event<Pod>) -> Told {
    let change = |kind, pod: &Pod| Told::Change {
        kind,
        key: key_in_history(pod),
        seen: seen(pod),
    };
    match event {
        Event::Added(pod) => change(Kind::Added, pod),
        Event::Modified(pod) => change(Kind::Modified, pod),
        Event::Deleted(pod) => change(Kind::Deleted, pod),
        Event::Bookmark(bookmark) => Told::Bookmark {
            version: bookmark.resource_version,
            ends_state: bookmark.initial_events_end,
        },
        Event::Error(status) => Told::Error {
            code: status.code.unwrap_or_default(),
            reason: status.reason.clone().unwrap_or_default(),
            message: status.message.clone().unwrap_or_default(),
        },
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
