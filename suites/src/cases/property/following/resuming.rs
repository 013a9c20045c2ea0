//! Lists, and watches from their versions while history goes on: dropped anywhere, and resumed after what they showed last.

use std::time::Duration;

use futures::future::try_join_all;

use super::{
    followed::{Followed, Manner},
    history::History,
    look::Look,
    step::{Step, Vocabulary, histories},
};
use crate::{
    case,
    harness::{Apart, Capability, Case, Context, Effort, Trial, Verdict, judged, noted, search},
};

pub(in crate::cases::property) const CASES: &[Case] = &[
    case!(
        a_list_and_a_watch_from_it_add_up,
        "While history goes on, a list and the events of a watch from its version are the list as it is after every write.",
        "backend/9/49 backend/9/47 backend/5.5 IFC-08 IFC-13"
    )
    .needs(&[Capability::Watch]),
    case!(
        a_watch_goes_on_where_it_was_dropped,
        "A watch that is dropped after any event and resumed after the last version that it showed tells exactly the rest.",
        "backend/9/49 backend/9/47 IFC-08"
    )
    .needs(&[Capability::Watch, Capability::WatchHistory]),
    case!(
        a_watch_goes_on_behind_its_bookmark,
        "A watch that began with the state and is resumed after a bookmark, that of the state or a later one, tells exactly the rest.",
        "backend/9/49 backend/9/66 IFC-09"
    )
    .needs(&[
        Capability::Watch,
        Capability::WatchHistory,
        Capability::InitialEvents,
        Capability::Progress,
    ]),
];

async fn a_list_and_a_watch_from_it_add_up(context: &Context) -> Verdict {
    go_on(context, "live", Vocabulary::Live, Manner::Plain).await
}

async fn a_watch_goes_on_where_it_was_dropped(context: &Context) -> Verdict {
    go_on(context, "resumed", Vocabulary::Resumptions, Manner::Plain).await
}

async fn a_watch_goes_on_behind_its_bookmark(context: &Context) -> Verdict {
    let (name, words) = ("bookmarked", Vocabulary::Resumptions);
    go_on(context, name, words, Manner::Bookmarks).await
}

async fn go_on(context: &Context, name: &str, words: Vocabulary, manner: Manner) -> Verdict {
    search(
        context,
        &format!("property::{name}"),
        Effort::FULL.one_in(4),
        move || histories(words),
        |steps, patience| play(context, steps, manner, patience),
    )
    .await
}

async fn play(context: &Context, steps: Vec<Step>, manner: Manner, patience: Duration) -> Trial {
    let apart = context.open_apart().await?;
    let mut history = History::begin(context, &apart).await?;
    let verdict = follow(&apart, &mut history, &steps, manner, patience).await;
    let told = history.told;
    noted(judged(verdict, told), apart.close().await)
}

async fn follow(
    apart: &Apart,
    history: &mut History<'_>,
    steps: &[Step],
    manner: Manner,
    patience: Duration,
) -> Verdict {
    let mut followed: Vec<Followed<'_>> = Vec::new();
    for step in steps {
        match step {
            Step::Follow(look) => {
                history.told.push(format!("{} {look}", manner.phrase()));
                followed.push(Followed::begin(apart, *look, manner, patience, history).await?);
            }
            Step::Resume(after) => {
                let phrase = manner.resumption(*after);
                history.told.push(phrase);
                if manner == Manner::Bookmarks {
                    // There may be no progress to tell of while a watch begins after the latest version.
                    history.mark(Look::ALL).await?;
                    look_again(history, &mut followed).await?;
                }
                let versions = &history.versions;
                let resumed = followed
                    .iter_mut()
                    .map(|one| one.resume(usize::from(*after), versions));
                try_join_all(resumed).await?;
            }
            other => {
                let before = history.versions.last();
                history.make(*other).await?;
                if history.versions.last() > before {
                    look_again(history, &mut followed).await?;
                }
            }
        }
    }
    for number in 0..followed.len() {
        if let Some(one) = followed.get(number) {
            history.mark(one.look).await?;
        }
        look_again(history, &mut followed).await?;
    }
    let versions = &history.versions;
    try_join_all(followed.iter_mut().map(|one| one.finish(versions))).await?;
    Ok(())
}

/// Lists everything that is followed as it is after the last write.
async fn look_again(history: &History<'_>, followed: &mut [Followed<'_>]) -> Verdict {
    let at = history.versions.last();
    try_join_all(followed.iter_mut().map(|one| one.list(at))).await?;
    Ok(())
}
