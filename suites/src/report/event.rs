use std::time::Duration;

use crate::harness::{Capabilities, Counts, Item, Outcome, Plan, Seed, Selection};

/// What happens during a run, in order.
#[derive(Clone, Debug)]
pub enum Event {
    /// The run begins.
    Begun(Begun),
    /// An item begins.
    Started(Item),
    /// An item has ended, or was not supported.
    Finished(Finished),
    /// The run is over.
    Ended(Ended),
}

/// What is judged, and how.
#[derive(Clone, Debug)]
pub struct Begun {
    /// The subject as the user named it.
    pub subject: String,
    /// What was found under that name, in a sentence.
    pub origin: String,
    /// Where it comes from: `container`, `process`, `external` or `memory`.
    pub provision: String,
    /// The server's version, where there is a server.
    pub server_version: Option<String>,
    /// What it can do and lets the suites do.
    pub capabilities: Capabilities,
    /// Where randomness comes from.
    pub seed: Seed,
    /// What the user selected.
    pub selection: Selection,
    /// How many cases run at a time.
    pub jobs: usize,
    /// Everything that will be reported.
    pub plan: Plan,
}

/// How one item came out.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The item.
    pub item: Item,
    /// How it came out.
    pub outcome: Outcome,
    /// How long it took, opening and closing its store included.
    pub took: Duration,
}

/// How the run came out.
#[derive(Clone, Debug)]
pub struct Ended {
    /// How many items came out how.
    pub counts: Counts,
    /// How long it took.
    pub took: Duration,
}

/// One way to show a run, or to remember it.
pub trait Sink: Send {
    /// Shows one event.
    ///
    /// # Errors
    ///
    /// The place it is written to fails; the error names it.
    fn show(&mut self, event: &Event) -> std::io::Result<()>;

    /// Shows that time goes by: called a few times a second, with the time since the run began.
    ///
    /// # Errors
    ///
    /// As above.
    fn tick(&mut self, elapsed: Duration) -> std::io::Result<()> {
        let _ = elapsed;
        Ok(())
    }
}

/// Whoever lends a sink has it back after the run.
impl<S: Sink + ?Sized> Sink for &mut S {
    fn show(&mut self, event: &Event) -> std::io::Result<()> {
        (**self).show(event)
    }

    fn tick(&mut self, elapsed: Duration) -> std::io::Result<()> {
        (**self).tick(elapsed)
    }
}
