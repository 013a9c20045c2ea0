use super::{History, Told, Watched};
use crate::seen::revision_of;

/// V-BOOKMARK: nothing up to a progress comes after it, and no progress lies behind what was told before it.
pub(super) fn check(_: &History, watched: &Watched) -> Option<String> {
    let (mut progress, mut last) = (0, 0);
    for told in &watched.told {
        match told {
            Told::Events(events) => {
                for revision in events.iter().map(revision_of) {
                    if revision <= progress {
                        return Some(format!(
                            "revision {revision} is told after progress {progress}"
                        ));
                    }
                    last = last.max(revision);
                }
            }
            Told::Progress(now) if *now < progress || *now < last => {
                let before = progress.max(last);
                return Some(format!("progress {now} is told after revision {before}"));
            }
            Told::Progress(now) => progress = *now,
        }
    }
    None
}
