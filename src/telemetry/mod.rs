//! What a store tells about itself while it works: metrics and traces, named as the API server names them (backend §4,
//! §1.11).

mod calls;
pub mod metrics;
pub mod trace;

pub(crate) use calls::{Calls, Ending};
