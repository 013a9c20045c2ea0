use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, time::sleep};

use super::{
    Failure, in_time,
    known::Known,
    record::{Claim, Record},
};

/// Writes the record once an interval, and compacts where it was first.
pub(super) struct Rounds<R> {
    record: Arc<R>,
    known: Arc<Known>,
    interval: watch::Receiver<Duration>,
    clock: Clock,
}

/// What one round leaves to the next: the time that all servers go by, and what was the present then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Clock {
    /// How often the record had been written.
    pub(super) version: i64,
    /// etcd's revision. The next round compacts it, which is why one interval of history stays.
    pub(super) revision: i64,
}

/// What one round came to.
#[derive(Debug, Default)]
pub(super) struct Round {
    pub(super) clock: Clock,
    /// How far this server compacted history.
    pub(super) compacted: Option<i64>,
    /// What the record says, where somebody else wrote it.
    pub(super) theirs: Option<Vec<u8>>,
    pub(super) failure: Option<Failure>,
}

impl<R: Record> Rounds<R> {
    pub(super) fn new(
        record: Arc<R>,
        known: Arc<Known>,
        interval: watch::Receiver<Duration>,
    ) -> Self {
        Self {
            record,
            known,
            interval,
            clock: Clock::default(),
        }
    }

    /// Never ends by itself.
    pub(super) async fn run(mut self) {
        loop {
            self.wait().await;
            let round = compact(&*self.record, self.clock).await;
            self.clock = round.clock;
            if let Some(revision) = round.compacted {
                self.known.note(revision);
            }
            self.known.hear(round.theirs.as_deref());
            if let Some(failure) = &round.failure {
                self.known.log_failure(failure);
            }
        }
    }

    /// One whole interval; begins again where it gets shorter meanwhile.
    async fn wait(&mut self) {
        loop {
            let interval = *self.interval.borrow_and_update();
            tokio::select! {
                () = sleep(interval) => return,
                Ok(()) = self.interval.changed() => {}
            }
        }
    }
}

/// One round (backend §3.3). Where another server was first the clock is set by its record, so that the loser waits for
/// one whole interval; where the record is gone time begins again at zero. The clock goes on although the compaction
/// fails: the next round is another one.
pub(super) async fn compact<R: Record>(record: &R, clock: Clock) -> Round {
    let Claim { lost, revision } = match in_time(record.claim(clock.version, clock.revision)).await
    {
        Ok(claim) => claim,
        Err(failure) => {
            return Round {
                clock,
                failure: Some(failure),
                ..Round::default()
            };
        }
    };
    if let Some(theirs) = lost {
        return Round {
            clock: Clock {
                version: theirs.version,
                revision,
            },
            theirs: theirs.value,
            ..Round::default()
        };
    }
    let won = Round {
        clock: Clock {
            version: clock.version.saturating_add(1),
            revision,
        },
        ..Round::default()
    };
    if clock.revision == 0 {
        return won;
    }
    match in_time(record.compact(clock.revision)).await {
        Ok(()) => Round {
            compacted: Some(clock.revision),
            ..won
        },
        Err(failure) => Round {
            failure: Some(failure),
            ..won
        },
    }
}

#[cfg(test)]
#[path = "rounds_tests.rs"]
mod tests;
