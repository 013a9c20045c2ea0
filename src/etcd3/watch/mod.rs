//! Watching a key or a collection (backend §5).

mod changes;
mod decode;
mod initial;
mod session;
mod start;
mod status;
