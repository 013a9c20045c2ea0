use std::time::Duration;

use tokio::time::sleep;

use super::{in_time, known::Known, record::Sight};

/// Between two looks at a claim that has not come true. A compaction follows its record at once, or never.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Notes what others claim once reads prove it (backend §9.3, row 32). Never ends by itself.
pub(super) async fn confirm<S: Sight>(sight: &S, known: &Known) {
    let mut claims = known.claims();
    loop {
        let claim = *claims.borrow_and_update();
        tokio::select! {
            changed = claims.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            // Whether it came true or not: the next claim is another one.
            () = settle(sight, known, claim), if !known.holds(claim) => {}
        }
    }
}

async fn settle<S: Sight>(sight: &S, known: &Known, claim: i64) {
    let mut pause = FIRST_PAUSE;
    while !known.holds(claim) {
        match in_time(sight.is_compacted(claim)).await {
            Ok(true) => return known.note(claim),
            Ok(false) => {}
            Err(failure) => known.log_failure(&failure),
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
#[path = "confirm_tests.rs"]
mod tests;
