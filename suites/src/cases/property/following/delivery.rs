use std::time::Duration;

use storeproof::storage::{Event, Watch};
use storeproof_fixtures::objects::Pod;
use tokio::time::timeout;

use super::tell;
use crate::cases::property::versions::Versions;

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
pub(super) async fn next(watch: &mut Watch<Pod>, patience: Duration) -> Result<Event<Pod>, End> {
    match timeout(patience, watch.next()).await {
        Ok(Some(event)) => Ok(event),
        Ok(None) => Err(End::Ended),
        Err(_) => Err(End::Silent),
    }
}

impl Delivered {
    /// Reads until everything expected has come, or something else.
    pub(super) async fn read(
        watch: &mut Watch<Pod>,
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
