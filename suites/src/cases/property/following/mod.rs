//! Histories that are followed by lists and watches, which must tell the same story. No model is asked: what a watch must
//! deliver is the difference between lists, so that a mistake of the model cannot hide one of the store.

mod delivery;
mod difference;
pub(super) mod every_version;
mod exactly;
mod followed;
mod history;
mod look;
pub(super) mod resuming;
pub(super) mod state;
mod step;
mod story;
mod tell;
pub(super) mod transitions;
