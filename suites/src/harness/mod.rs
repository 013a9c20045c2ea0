//! How cases are found, planned, run and judged.

mod asking;
mod backend;
mod beneath;
mod candidates;
mod capability;
mod case;
mod context;
pub mod deadline;
mod exit;
mod expect;
mod expiring;
mod hooks;
mod instruments;
mod items;
mod journal;
mod opening;
mod outcome;
mod plan;
mod replay;
mod rows;
mod run;
mod search;
mod settings;
mod shrink;
mod single;
pub mod teeth;
mod trials;
mod verbs;
mod watching;

pub use asking::{as_number, number_of};
pub use backend::{Backend, Instance, KnownFailure, Subject, erase};
pub use capability::{Capabilities, Capability};
pub use case::{Case, CaseFuture, Isolation, Item, Run};
pub use context::Context;
pub use exit::Exit;
pub use expect::{ErrorExpectations, expect_eq, expect_that, unexpected};
pub use hooks::{BoundHooks, Hooks};
pub use instruments::{
    RecordedUpdate, RecordedValidation, Refusal, ScriptedCodec, ScriptedTransformer,
};
pub use items::{expect_between, expect_items, summary};
pub use journal::{Journal, Operations};
pub use opening::Opening;
pub use outcome::{Counts, Failure, Fault, Outcome, Verdict};
pub use plan::{Plan, PlanError, Planned, Selection, Support};
pub use replay::Counterexample;
pub use rows::{Line, Row, names, row_of, sourced};
pub use run::{execute, run_item};
pub use search::{Mismatch, Trial, search};
pub use settings::{Seed, Settings};
pub use single::{delete_if, delete_suggesting, update_if, update_or_create, update_suggesting};
pub use trials::conformance;
pub use verbs::{page, selecting, version_of};
pub use watching::Watching;
