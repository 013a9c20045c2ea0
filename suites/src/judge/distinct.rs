use super::{History, Violation, timeline::Timeline};

const GUARANTEE: &str = "Every change of an object has a version of its own.";

/// No two writes of one key share a version.
pub(super) fn check(_: &History, timeline: &Timeline) -> Result<(), Violation> {
    for (key, states) in timeline.keys() {
        for pair in states.windows(2) {
            if let [first, second] = pair
                && first.version == second.version
            {
                return Err(Violation {
                    guarantee: GUARANTEE,
                    prefix: vec![first.operation],
                    culprit: second.operation,
                    why: format!("two changes of {key} have the version {}", first.version),
                });
            }
        }
    }
    Ok(())
}
