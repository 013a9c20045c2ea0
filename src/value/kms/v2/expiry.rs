//! Points in time of a clock that never goes back, as people read them.

use std::time::SystemTime;

use k8s_openapi::jiff::{Timestamp, Unit};
use tokio::time::Instant;

/// The time of the wall clock at `instant`, if the wall clock ran as it does now.
pub(super) fn on_the_wall(instant: Instant) -> String {
    let now = Instant::now();
    let wall = SystemTime::now();
    let at = if instant < now {
        wall.checked_sub(now - instant)
    } else {
        wall.checked_add(instant - now)
    };
    at.and_then(|at| Timestamp::try_from(at).ok())
        .and_then(|at| at.round(Unit::Second).ok())
        .map_or_else(|| "an unknown time".to_owned(), |at| at.to_string())
}
