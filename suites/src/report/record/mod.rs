//! What reports hold on disk and on a pipe. Apart from the run-time types, so that those can change and this cannot
//! without its version.

mod case;
mod line;
#[cfg(feature = "command")]
mod read;
mod run;

pub use case::{CaseRecord, Failure, OutcomeKind};
pub use line::{Footer, Line};
#[cfg(feature = "command")]
pub use read::BadReport;
pub use run::{Conformance, Report, SubjectRecord, VerdictLine};

/// The version of everything here. It changes where a reader of the last one would be misled.
pub const VERSION: u32 = 2;

fn milliseconds(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
