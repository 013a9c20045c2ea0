use std::sync::Arc;

use tokio::sync::watch;

use super::{super::compacted::Compacted, Failure, recorded_revision};

/// What one compactor knows: how far history is compacted, and how far somebody claims it to be.
pub(super) struct Known {
    compacted: Arc<Compacted>,
    claimed: watch::Sender<i64>,
    servers: String,
}

impl Known {
    pub(super) fn new(compacted: Arc<Compacted>, servers: String) -> Self {
        Self {
            compacted,
            claimed: watch::Sender::new(0),
            servers,
        }
    }

    /// `revision` is compacted.
    pub(super) fn note(&self, revision: i64) {
        self.compacted.note(revision);
    }

    /// Whether that is known already, or says nothing: before the first write there is nothing to compact.
    pub(super) fn holds(&self, revision: i64) -> bool {
        revision <= 1 || u64::try_from(revision).is_ok_and(|it| it <= self.compacted.get().get())
    }

    /// The record says this: somebody means to compact so far. `None` where there is no record.
    pub(super) fn hear(&self, value: Option<&[u8]>) {
        let Some(value) = value else { return };
        match recorded_revision(value) {
            Some(revision) => {
                self.claimed.send_replace(revision);
            }
            None => {
                let value = value.escape_ascii();
                self.log(format_args!(
                    "compact_rev_key holds \"{value}\", which is no revision; whoever compacts next puts it right"
                ));
            }
        }
    }

    /// What was heard last.
    pub(super) fn claims(&self) -> watch::Receiver<i64> {
        self.claimed.subscribe()
    }

    /// Something went wrong, and the next round or look will try again.
    pub(super) fn log_failure(&self, failure: &Failure) {
        self.log(format_args!("{failure}"));
    }

    fn log(&self, problem: std::fmt::Arguments<'_>) {
        let servers = &self.servers;
        tracing::warn!("etcd: endpoint ({servers}) compact failed: {problem}");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Known;

    #[test]
    fn only_decimal_revisions_are_heard() {
        let known = Known::new(Arc::default(), String::new());
        for (value, heard) in [
            (Some("7"), 7),
            (None, 7),
            (Some("seven"), 7),
            (Some(""), 7),
            (Some("99999999999999999999"), 7),
            (Some("5"), 5),
            (Some("0"), 0),
        ] {
            known.hear(value.map(str::as_bytes));
            assert_eq!(*known.claims().borrow(), heard, "{value:?}");
        }
        known.hear(Some(&[0xff, 0xfe]));
        assert_eq!(*known.claims().borrow(), 0);
    }

    #[test]
    fn a_claim_is_not_yet_knowledge() {
        let known = Known::new(Arc::default(), String::new());
        known.hear(Some(b"7"));
        assert!(!known.holds(7));
        known.note(7);
        assert!(known.holds(7) && known.holds(6) && !known.holds(8));
    }
}
