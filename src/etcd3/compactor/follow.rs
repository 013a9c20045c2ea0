use std::time::Duration;

use futures::StreamExt;
use tokio::time::sleep;

use super::{Failure, in_time, known::Known, record::Sight};

/// Between a watch that ended and the next one.
const PAUSE: Duration = Duration::from_secs(1);

/// Hears every value that the record gets, over as many watches as it takes (backend §3.4). Never ends by itself.
pub(super) async fn follow<S: Sight>(sight: &S, known: &Known) {
    loop {
        if let Err(failure) = follow_once(sight, known).await {
            known.log_failure(&failure);
        }
        sleep(PAUSE).await;
    }
}

/// Hears them until the watch ends: the connection broke, or what was watched is compacted.
async fn follow_once<S: Sight>(sight: &S, known: &Known) -> Result<(), Failure> {
    let look = in_time(sight.look()).await?;
    known.hear(look.value.as_deref());
    // That very revision again, so that nothing is missed. What is heard twice does no harm.
    let mut changes = in_time(sight.changes(look.revision)).await?;
    while let Some(value) = changes.next().await {
        known.hear(value?.as_deref());
    }
    Ok(())
}

#[cfg(test)]
#[path = "follow_tests.rs"]
mod tests;
