//! Continue tokens: which texts are some, what may stand beside them, and where they lead.

mod beside;
mod place;
mod text;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use storeproof_fixtures::objects::{Pod, pod};

use self::{
    beside::{
        VERSION_ROWS, is_judged_before_the_version, overrides_the_match,
        refuses_a_version_beside_a_token,
    },
    place::{
        CONFINED_ROWS, may_point_behind_the_end, refuses_a_revision_in_the_future,
        stays_below_the_list,
    },
    text::{
        DAMAGED_ROWS, TOLERATED_ROWS, is_written_as_the_api_server_writes_it,
        reads_tokens_of_other_writers, refuses_damaged_tokens,
    },
};
use crate::{
    case,
    harness::{Capability, Case, Context, Verdict},
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows DAMAGED_ROWS,
        refuses_damaged_tokens,
        "A text that is no token, or a token that names no place below the list, is refused with 400.",
        "store/6/52"
    )
    .needs(&[Capability::Paging]),
    case!(
        rows TOLERATED_ROWS,
        reads_tokens_of_other_writers,
        "Tokens with members in other case, members nobody knows, line breaks or a slash at the start are read.",
        "store/6/52"
    )
    .needs(&[Capability::Paging]),
    case!(
        is_written_as_the_api_server_writes_it,
        "A token is compact JSON of format, revision and relative key in this order, in URL-safe base64 without padding.",
        "store/3.8.1"
    )
    .needs(&[Capability::Paging]),
    case!(
        rows VERSION_ROWS,
        refuses_a_version_beside_a_token,
        "A version other than zero beside a token is refused with 400, readable or not.",
        "store/6/50"
    )
    .needs(&[Capability::Paging]),
    case!(
        is_judged_before_the_version,
        "Where both the token is damaged and a version stands beside it, the refusal is about the token.",
        "store/6/50 IFC-04"
    )
    .needs(&[Capability::Paging]),
    case!(
        overrides_the_match,
        "Beside a token no match is looked at, known or not.",
        "store/6/50"
    )
    .needs(&[Capability::Paging]),
    case!(
        rows CONFINED_ROWS,
        stays_below_the_list,
        "Whatever key a token holds, the page holds nothing from outside the list it is used with.",
        "store/6/53"
    )
    .needs(&[Capability::Paging]),
    case!(
        may_point_behind_the_end,
        "A token behind the last key yields an empty last page with a version.",
        "store/6/53"
    )
    .needs(&[Capability::Paging]),
    case!(
        refuses_a_revision_in_the_future,
        "A token of a revision that is not there yet is refused with 504.",
        "store/6/50"
    )
    .needs(&[Capability::Paging]),
];

const FORMAT: &str = "meta.k8s.io/v1";

async fn seed(context: &Context) -> Verdict<Vec<Pod>> {
    Ok(vec![
        context.create(&pod("a", "x")).await?,
        context.create(&pod("b", "x")).await?,
        context.create(&pod("b", "y")).await?,
        context.create(&pod("c", "x")).await?,
    ])
}

/// A token of its JSON; any other text as it is.
fn encoded(text: &str) -> String {
    if text.starts_with(['{', '[']) {
        URL_SAFE_NO_PAD.encode(text)
    } else {
        text.to_owned()
    }
}
