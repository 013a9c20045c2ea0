use storeproof_fixtures::objects::key;

use crate::{
    case,
    harness::{
        Capability, Case, Context, RecordedValidation, Row, Seen, Since, Verdict,
        delete_suggesting, names, row_of,
    },
};

pub(super) const CASES: &[Case] = &[case!(
    rows SCENES_ROWS,
    go_from_the_suggestion_to_what_is_stored,
    "A deletion is asked about with what its caller suggests, once more where something else is stored, and not again.",
    "store/3.5 store/5.3.8 store/5.3.10 store/5.3.11"
)
.needs(&[Capability::Suggestions])];

const SCENES_ROWS: &[Row] = &names(&SCENES);

/// What is asked whether the object that is suggested may go.
type Caller = fn() -> RecordedValidation<'static>;

const ACCEPTS: Caller = RecordedValidation::accepting;
const REFUSES: Caller = RecordedValidation::refusing;

const ONCE: &[Seen] = &[Seen::Suggestion];
const TWICE: &[Seen] = &[Seen::Suggestion, Seen::Stored];

/// What happened before, what the caller says, and what it sees.
type Scene = (Since, Caller, &'static [Seen]);

#[rustfmt::skip]
const SCENES: [(&str, Scene); 7] = [
    ("fresh-accepted", (Since::Got, ACCEPTS, ONCE)),
    ("fresh-refused", (Since::Got, REFUSES, ONCE)),
    ("outdated-accepted", (Since::Changed, ACCEPTS, TWICE)),
    ("outdated-refused", (Since::Changed, REFUSES, TWICE)),
    ("recreated-accepted", (Since::Recreated, ACCEPTS, TWICE)),
    ("deleted-accepted", (Since::Deleted, ACCEPTS, ONCE)),
    ("deleted-refused", (Since::Deleted, REFUSES, ONCE)),
];

async fn go_from_the_suggestion_to_what_is_stored(context: &Context, row: usize) -> Verdict {
    let (since, caller, seen) = *row_of(&SCENES, row);
    let object = since.happens(context).await?;
    let mut validation = caller();
    let options = delete_suggesting(&object.suggestion);
    let at = key("test-ns", "foo");
    let ended = context.store().delete(&at, options, &mut validation);
    // How it ends is what other cases are about.
    drop(ended.await);
    validation.expect_asked(&object.as_seen(seen))
}
