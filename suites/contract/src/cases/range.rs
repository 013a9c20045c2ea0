//! Reads of one key and of many.

pub(super) mod compacted;
pub(super) mod filter;
pub(super) mod moment;
pub(super) mod one;
pub(super) mod order;
pub(super) mod page;
pub(super) mod past;
pub(super) mod shape;
pub(super) mod span;
