use std::time::Duration;

use storeproof::storage::Event;
use storeproof_fixtures::objects::Pod;

use super::tell;
use crate::{
    cases::property::versions::Versions,
    harness::{Verdict, Watching, wanted_of},
    report::timeline::Expected,
};

/// What a watch delivered, and how it ended where it did before everything had come.
#[derive(Debug, Default)]
pub(super) struct Delivered {
    pub(super) events: Vec<Event<Pod>>,
    pub(super) end: Option<End>,
}

/// Why nothing more was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The watch ended.
    Ended,
    /// Nothing came in time.
    Silent,
}

impl End {
    pub(super) fn phrase(self) -> &'static str {
        match self {
            Self::Ended => "the end",
            Self::Silent => "nothing more, though more is due",
        }
    }
}

/// The next event, or why there is none.
pub(super) async fn next(watch: &mut Watching, patience: Duration) -> Result<Event<Pod>, End> {
    match watch.next_or_silence(patience).await {
        Some(Some(event)) => Ok(event),
        Some(None) => Err(End::Ended),
        None => Err(End::Silent),
    }
}

impl Delivered {
    /// Reads until everything expected has come, or something else.
    pub(super) async fn read(
        watch: &mut Watching,
        expected: &[Event<Pod>],
        patience: Duration,
    ) -> Self {
        let mut delivered = Self::default();
        for wanted in expected {
            match next(watch, patience).await {
                Ok(event) => delivered.events.push(event),
                Err(end) => delivered.end = Some(end),
            }
            if delivered.events.last() != Some(wanted) {
                break;
            }
        }
        delivered
    }

    /// Exactly this must have been delivered; else what was read last is the first that differs.
    pub(super) fn must_be(
        &self,
        wanted: &[Event<Pod>],
        watch: &Watching,
        versions: &Versions,
        expected: String,
    ) -> Verdict {
        if self.events == wanted {
            return Ok(());
        }
        let observed = format!("the watch tells {}", self.tell(versions));
        Err(watch.wrong_beside(&[], &self.first_wanting(wanted), expected, observed))
    }

    /// What should have come in the place of the first event that differs.
    pub(super) fn first_wanting(&self, wanted: &[Event<Pod>]) -> Expected {
        let pairs = self.events.iter().zip(wanted);
        let right = pairs.take_while(|(found, wanted)| found == wanted).count();
        match wanted.get(right) {
            Some(wanted) => wanted_of(wanted, self.events.get(right)),
            None => Expected::Words("nothing more".to_owned()),
        }
    }

    /// Each event, and how it ended.
    pub(super) fn phrases(&self, versions: &Versions) -> Vec<String> {
        let events = self.events.iter();
        let told = events.map(|event| tell::event(versions, event));
        told.chain(self.end.map(|end| end.phrase().to_owned()))
            .collect()
    }

    pub(super) fn tell(&self, versions: &Versions) -> String {
        format!("[{}]", self.phrases(versions).join(", "))
    }
}
