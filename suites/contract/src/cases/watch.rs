//! Watches: how they begin and end, what they tell, and whether that is the whole truth.

pub(super) mod cancel;
pub(super) mod compacted;
pub(super) mod create;
pub(super) mod event;
pub(super) mod leader;
pub(super) mod load;
pub(super) mod message;
pub(super) mod option;
pub(super) mod progress;
pub(super) mod start;
pub(super) mod version;
