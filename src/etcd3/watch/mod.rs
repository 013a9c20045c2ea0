//! Watching a key or a collection (backend §5).

mod changes;
mod decode;
mod initial;
mod session;
mod shared;
mod start;
mod status;

pub(super) use shared::Shared;
