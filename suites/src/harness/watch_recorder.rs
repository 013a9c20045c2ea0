use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::future::join_all;
use tokio::{task::JoinSet, time::timeout};

use super::{
    Fault, Recorder, Verdict, deadline, unexpected,
    watch_reading::{Position, Reading, lock, read, request},
};
use crate::judge::{
    Version,
    watch::{Start, Told, WatchHistory, Wish, owed_to_all},
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

    /// Waits until a watch has ended, for as long as it takes.
    ///
    /// # Errors
    ///
    /// There is no such watch.
    pub async fn ended(&self, place: usize) -> Verdict {
        let reading = self.reading(place)?;
        reading.ends().await;
        Ok(())
    }

    /// The last that a watch told, where it has ended.
    ///
    /// # Errors
    ///
    /// There is no such watch.
    pub fn last_words(&self, place: usize) -> Verdict<Option<Option<Told>>> {
        let reading = self.reading(place)?;
        let ended = reading.has_ended();
        let watched = reading.watched();
        let last = watched.deliveries.last();
        Ok(ended.then(|| last.map(|last| last.told.clone())))
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
    pub async fn drain(&self, place: usize, version: Version, within: Duration) -> Verdict {
        let reading = self.reading(place)?;
        let there = |position: &Position| position.version >= version;
        reading.comes_to(within, there).await;
        if !reading.has_ended() {
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
    pub async fn drain_all(&self, last: Version, within: Duration) -> Verdict {
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
