use std::fs;

use super::{load::Load, writers::NEEDED};

use crate::{
    harness::{Context, Failure, Fault, Verdict, keep_watches, promise_broken, whereabouts},
    judge::{
        Moment, Ruling, Version, judge, phrase,
        watch::{Ending, GUARANTEES, Start, Told, WatchHistory, Watched, told, violations, wished},
    },
};

/// So many steps the search of one key may take.
const BUDGET: u64 = 400_000;
/// Of a hundred events, so many must come while writers write; else watches and writers hardly met.
const OVERLAP: usize = 10;
/// So many bookmarks must come between changes, where progress is asked for.
const BOOKMARKS: usize = 3;

/// Everything that was noted of one case.
pub(super) struct Recorded {
    pub(super) history: WatchHistory,
    /// What history was last compacted at; unset where it was not.
    pub(super) compacted: Version,
    /// When the writers had ended.
    pub(super) until: Moment,
    /// How many operations failed for no reason of their own, and the last error.
    pub(super) troubles: (usize, String),
}

/// Rules over what was recorded. The history is kept before it is looked at, and goes where nothing is wrong with it.
pub(super) fn verdict(context: &Context, case: &str, load: Load, recorded: &Recorded) -> Verdict {
    let settings = context.settings();
    let history = &recorded.history;
    let folder = settings.histories.as_ref();
    let kept = folder.map(|folder| {
        let kept = keep_watches(history, folder, case, settings.seed);
        (folder, kept)
    });
    let ruled = rule(load, recorded);
    if let Err(Fault::Failed(failure)) = ruled {
        return Err(Fault::Failed(Box::new(Failure {
            replay: Some(replay(context, history)),
            history: kept.map(|(folder, kept)| whereabouts(folder, kept)),
            ..*failure
        })));
    }
    if let Some((_, Ok(path))) = kept {
        // Where it cannot be removed it is in nobody's way.
        let _ = fs::remove_file(path);
    }
    ruled
}

fn replay(context: &Context, history: &WatchHistory) -> String {
    format!(
        "seed {}, {} operations, {} watches",
        context.settings().seed,
        history.operations.operations().len(),
        history.watches.len()
    )
}

fn rule(load: Load, recorded: &Recorded) -> Verdict {
    writes(&recorded.history)?;
    promises(&recorded.history)?;
    closures(&recorded.history, recorded.compacted)?;
    load_was_enough(load, recorded)
}

/// The writes and reads themselves, by which watches are judged.
fn writes(history: &WatchHistory) -> Verdict {
    let operations = &history.operations;
    match judge(operations, BUDGET) {
        Ruling::Linearizable => Ok(()),
        Ruling::Undecided { why } => Err(Fault::Inconclusive(why)),
        Ruling::Violated(violation) => {
            let culprit = operations.get(violation.culprit).map(phrase);
            Err(Fault::failed(
                violation.guarantee,
                format!("{}: {}", culprit.unwrap_or_default(), violation.why),
            ))
        }
    }
}

fn promises(history: &WatchHistory) -> Verdict {
    let broken = violations(history, GUARANTEES);
    let Some(first) = broken.first() else {
        return Ok(());
    };
    let same = broken
        .iter()
        .filter(|other| other.guarantee == first.guarantee);
    let others = match same.count() - 1 {
        0 => String::new(),
        1 => "; so does one watch more".to_owned(),
        others => format!("; so do {others} watches more"),
    };
    let mut failure = promise_broken(history, first);
    failure.observed.push_str(&others);
    Err(Fault::Failed(Box::new(failure)))
}

/// Nobody ended these watches, so they had to go on, but for those that history was compacted beneath.
fn closures(history: &WatchHistory, compacted: Version) -> Verdict {
    let mut watches = history.watches.iter().enumerate();
    let Some((place, watch)) =
        watches.find(|(_, watch)| watch.ending == Ending::Closed && !is_expired(watch, compacted))
    else {
        return Ok(());
    };
    let last = watch.deliveries.last().map(|delivery| &delivery.told);
    if let Some(Told::Error { code: 410, .. }) = last {
        return Err(Fault::Inconclusive(
            "History was compacted while watches began in it.".to_owned(),
        ));
    }
    let after = last.map_or("before any event".to_owned(), |last| {
        format!("after {}", told(last))
    });
    Err(Fault::failed(
        "a watch goes on until it is stopped",
        format!("watch {place} ({}) ended {after}", wished(watch)),
    ))
}

/// Whether a watch said that it cannot go on, and what it would have gone on with was compacted. Of a change at the very
/// version of the compaction only the state before is gone, which is an internal error to some (backend §9.5, row 56): no
/// watch meets it but at its start.
fn is_expired(watch: &Watched, compacted: Version) -> bool {
    let told: Vec<_> = watch
        .deliveries
        .iter()
        .map(|delivery| &delivery.told)
        .collect();
    let says_so = match told.as_slice() {
        [Told::Error { code: 500, .. }] => matches!(watch.wish.start, Start::After(_)),
        [.., Told::Error { code: 410, .. }] => true,
        _ => false,
    };
    says_so && watch.reached().is_none_or(|reached| reached < compacted)
}

fn load_was_enough(load: Load, recorded: &Recorded) -> Verdict {
    let Recorded {
        history,
        until,
        troubles: (troubles, last),
        ..
    } = recorded;
    let operations = history.operations.operations();
    if troubles * 10 > operations.len() {
        return Err(Fault::failed(
            "operations are answered",
            format!(
                "{troubles} operations beside {} failed, the last with: {last}",
                operations.len()
            ),
        ));
    }
    let writes = operations
        .iter()
        .filter(|operation| operation.acknowledged().is_some())
        .count();
    if writes < NEEDED {
        return Err(Fault::Inconclusive(format!(
            "Only {writes} writes were acknowledged; {NEEDED} are needed to say anything."
        )));
    }
    let events = || history.watches.iter().flat_map(|watch| &watch.deliveries);
    let beside = events().filter(|event| event.moment < *until).count();
    if beside * 100 < OVERLAP * events().count() {
        return Err(Fault::Inconclusive(format!(
            "Of {} events only {beside} came while somebody wrote; {OVERLAP} in a hundred are needed to say anything.",
            events().count()
        )));
    }
    let between: usize = history.watches.iter().map(bookmarks_between).sum();
    if load.progress && between < BOOKMARKS {
        return Err(Fault::Inconclusive(format!(
            "Progress was told {between} times between changes; {BOOKMARKS} times are needed to say anything."
        )));
    }
    Ok(())
}

/// How many bookmarks came before the last change of a watch.
fn bookmarks_between(watch: &Watched) -> usize {
    let is_change = |told: &Told| matches!(told, Told::Change { .. });
    let last = watch
        .deliveries
        .iter()
        .rposition(|delivery| is_change(&delivery.told));
    let before = watch.deliveries.iter().take(last.unwrap_or_default());
    before.filter(|delivery| !is_change(&delivery.told)).count()
}
