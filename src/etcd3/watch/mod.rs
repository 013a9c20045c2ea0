//! Watching a key or a collection (backend §5).

mod decode;
mod session;
mod start;
mod status;
