//! How cases are found, planned, run and judged.

mod asking;
mod backend;
mod beneath;
mod candidates;
mod capability;
mod case;
mod classify;
mod context;
pub mod deadline;
mod difference;
mod exit;
mod expect;
mod expiring;
mod faults;
mod hooks;
mod instruments;
mod items;
mod judged;
mod kept_history;
mod kept_watches;
mod keys;
mod known_failures;
mod known_failures_file;
mod opening;
mod outcome;
mod plan;
mod provider;
mod recorded;
mod recorder;
mod recording;
mod replay;
mod rows;
mod run;
mod search;
mod settings;
mod shrink;
mod since;
mod single;
#[cfg(feature = "teeth")]
pub mod teeth;
mod trace;
mod trials;
mod verbs;
mod watch_reading;
mod watch_recorder;
mod watching;
mod whereabouts;
#[cfg(feature = "etcd")]
mod wire;

pub use asking::{as_number, number_of};
pub use backend::{Backend, Instance, Subject, erase};
pub use capability::{Capabilities, Capability, Kind};
pub use case::{Case, CaseFuture, Isolation, Item, Run};
pub use context::{Apart, Context};
pub use exit::Exit;
pub use expect::{ErrorExpectations, expect_eq, expect_that, unexpected};
pub use hooks::{BoundHooks, Hooks};
pub use instruments::{
    RecordedUpdate, RecordedValidation, Refusal, ScriptedCodec, ScriptedTransformer,
};
pub use items::{expect_between, expect_items, summary};
pub use judged::{erase_codec, erase_provider};
pub use kept_history::keep;
pub use kept_watches::keep_watches;
pub use keys::{Key, Keys};
pub use known_failures::{BadKnownFailures, KnownFailure, KnownFailures};
pub use known_failures_file::BadEntry;
pub use opening::Opening;
pub use outcome::{Counts, Failure, Fault, Outcome, Verdict};
pub use plan::{Plan, PlanError, Planned, Selection, Support};
pub use provider::{AnyProvider, Provider, Sample, Sealing};
pub use recorded::content_of;
pub use recorder::Recorder;
pub use recording::Recording;
pub use replay::Counterexample;
pub use rows::{Line, Row, names, row_of, sourced};
pub use run::{execute, run_item};
pub use search::{Effort, Mismatch, Trial, judged, noted, search};
pub use settings::{Seed, Settings};
pub use since::{Seen, Since};
pub use single::{delete_if, delete_suggesting, update_if, update_or_create, update_suggesting};
pub use trace::{
    Asked, Culprit, Entry, Journal, Opened, Recorded, Trace, Wrong, Wrote, keep_trace,
    promise_broken,
};
pub use trials::{codec_conformance, conformance, transformer_conformance, trials};
pub use verbs::{page, page_of, selecting, version_of};
pub use watch_recorder::WatchRecorder;
pub use watching::{Watching, wanted_of};
pub use whereabouts::whereabouts;
#[cfg(feature = "etcd")]
pub(crate) use wire::SUITE as WIRE;
#[cfg(feature = "etcd")]
pub use wire::Wire;
