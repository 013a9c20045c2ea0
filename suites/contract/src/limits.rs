use std::time::Duration;

use crate::{Case, Need};

/// How long one request may take.
pub(crate) const REQUEST: Duration = Duration::from_secs(10);
/// How long a connection may take.
pub(crate) const CONNECT: Duration = Duration::from_secs(5);
/// How long an event may take that a server has every reason to send.
pub(crate) const EVENT: Duration = Duration::from_secs(10);

const PLAIN: Duration = Duration::from_secs(60);
const OWN: Duration = Duration::from_secs(120);

/// How long a case may take as a whole, with the start of servers of its own.
pub fn limit_of(case: &Case) -> Duration {
    let starts = |need: &Need| !matches!(need, Need::Quiet);
    if case.needs.iter().any(starts) {
        OWN
    } else {
        PLAIN
    }
}
