use super::load::{Load, judged};
use crate::{
    case,
    harness::{Capability, Case, Context, Verdict},
};

pub(super) const CASES: &[Case] = &[
    case!(
        tells_everything_in_order,
        "While many write at once, every watch tells each change of its objects once, in the order of versions, and leaves none out.",
        "backend/9/47"
    )
    .needs(&[Capability::Watch]),
    case!(
        keeps_bookmarks_behind_changes,
        "While many write at once and progress is asked for all the time, no bookmark comes before a change that it covers.",
        "backend/9/66 backend/9/47 IFC-09"
    )
    .needs(&[Capability::Watch, Capability::Progress]),
    case!(
        selects_by_the_state_of_the_change,
        "While many write at once, a watch with a selection tells of each object how it came, changed and went, as it was at that change.",
        "backend/9/50 backend/9/47"
    )
    .needs(&[Capability::Watch]),
    case!(
        goes_on_where_another_ended,
        "While many write at once, a watch from the version of a list, or where another watch ended, begins with the next change.",
        "backend/9/49 backend/9/47 IFC-08"
    )
    .needs(&[Capability::Watch, Capability::WatchHistory]),
    case!(
        begins_with_one_state,
        "While many write at once, the initial state of a watch is that of one version, marked once, and every change after it follows.",
        "backend/9/51 backend/9/47 IFC-09"
    )
    .needs(&[Capability::Watch, Capability::InitialEvents]),
    case!(
        has_no_gap_beneath_which_history_goes,
        "While many write at once and history is compacted all the time, a watch goes on, or expires where what it needs is gone, and leaves nothing out.",
        "backend/9/47 backend/9/48 backend/9/49"
    )
    .needs(&[
        Capability::Watch,
        Capability::WatchHistory,
        Capability::Compaction,
    ])
    .exclusive(),
];

async fn tells_everything_in_order(context: &Context) -> Verdict {
    judged(context, "stress::order", Load::default()).await
}

async fn keeps_bookmarks_behind_changes(context: &Context) -> Verdict {
    let load = Load {
        progress: true,
        ..Load::default()
    };
    judged(context, "stress::progress", load).await
}

async fn selects_by_the_state_of_the_change(context: &Context) -> Verdict {
    let load = Load {
        selections: true,
        ..Load::default()
    };
    judged(context, "stress::selection", load).await
}

async fn goes_on_where_another_ended(context: &Context) -> Verdict {
    let load = Load {
        successors: true,
        ..Load::default()
    };
    judged(context, "stress::resume", load).await
}

async fn has_no_gap_beneath_which_history_goes(context: &Context) -> Verdict {
    let load = Load {
        successors: true,
        compaction: true,
        ..Load::default()
    };
    judged(context, "stress::compaction", load).await
}

async fn begins_with_one_state(context: &Context) -> Verdict {
    let load = Load {
        states: true,
        ..Load::default()
    };
    judged(context, "stress::state", load).await
}
