//! What becomes of history.

pub(super) mod cluster;
pub(super) mod compact;
pub(super) mod watch;
