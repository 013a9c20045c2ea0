use storeproof::storage::UpdateOptions;
use storeproof_fixtures::objects::{Pod, PodExt, key};

use crate::{
    case,
    harness::{
        Capability, Case, Context, RecordedUpdate, Row, Seen, Since, Verdict, names, row_of,
        update_suggesting,
    },
};

pub(super) const CASES: &[Case] = &[case!(
    rows SCENES_ROWS,
    go_from_the_suggestion_to_what_is_stored,
    "An update is called with what its caller suggests, once more where something else is stored, and not again.",
    "store/3.6 store/5.3.33 store/6/35 store/6/37"
)
.needs(&[Capability::Suggestions])];

const SCENES_ROWS: &[Row] = &names(&SCENES);

/// What the caller does to the object that it suggests.
type Caller = fn(&Pod) -> RecordedUpdate<'static>;

const CHANGES: Caller = |pod| RecordedUpdate::changing(pod, |pod| pod.label("mine", "1"));
const WANTS_THE_SUGGESTION: Caller = RecordedUpdate::to;
const REFUSES: Caller = |_| RecordedUpdate::refusing();

const ONCE: &[Seen] = &[Seen::Suggestion];
const TWICE: &[Seen] = &[Seen::Suggestion, Seen::Stored];

/// What happened before, whether a missing object is ignored, what the caller does, and what it sees.
type Scene = (Since, bool, Caller, &'static [Seen]);

#[rustfmt::skip]
const SCENES: [(&str, Scene); 13] = [
    ("fresh-changed", (Since::Got, false, CHANGES, ONCE)),
    ("fresh-unchanged", (Since::Got, false, WANTS_THE_SUGGESTION, ONCE)),
    ("fresh-refused", (Since::Got, false, REFUSES, ONCE)),
    ("outdated-changed", (Since::Changed, false, CHANGES, TWICE)),
    ("outdated-unchanged", (Since::Changed, false, WANTS_THE_SUGGESTION, TWICE)),
    ("outdated-refused", (Since::Changed, false, REFUSES, TWICE)),
    ("recreated-changed", (Since::Recreated, false, CHANGES, TWICE)),
    ("deleted-changed", (Since::Deleted, false, CHANGES, ONCE)),
    ("deleted-unchanged", (Since::Deleted, false, WANTS_THE_SUGGESTION, ONCE)),
    ("deleted-refused", (Since::Deleted, false, REFUSES, ONCE)),
    ("deleted-ignored", (Since::Deleted, true, CHANGES, TWICE)),
    ("deleted-ignored-unchanged", (Since::Deleted, true, WANTS_THE_SUGGESTION, TWICE)),
    ("deleted-ignored-refused", (Since::Deleted, true, REFUSES, TWICE)),
];

async fn go_from_the_suggestion_to_what_is_stored(context: &Context, row: usize) -> Verdict {
    let (since, ignore_not_found, caller, seen) = *row_of(&SCENES, row);
    let object = since.happens(context).await?;
    let mut update = caller(&object.suggestion);
    let options = UpdateOptions {
        ignore_not_found,
        ..update_suggesting(&object.suggestion)
    };
    let at = key("test-ns", "foo");
    let ended = context.store().guaranteed_update(&at, options, &mut update);
    // How it ends is what other cases are about.
    drop(ended.await);
    update.expect_inputs(&object.as_seen(seen))
}
