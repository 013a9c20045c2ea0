//! From every version of a history: the list at exactly that version, and what a watch tells from there on.

use std::time::Duration;

use futures::future::{join_all, try_join_all};
use storeproof::storage::{Event, ResourceVersion};
use storeproof_fixtures::objects::Pod;

use super::{
    delivery::Delivered,
    difference::{self, State},
    exactly::{refuse, state},
    history::History,
    look::Look,
    step::{Step, Vocabulary, histories},
    tell,
};
use crate::{
    case,
    cases::property::versions::Versions,
    harness::{
        Apart, Capability, Case, Context, Effort, Trial, Verdict, Watching, judged, noted, search,
    },
};

pub(in crate::cases::property) const CASES: &[Case] = &[
    case!(
        lists_and_watches_add_up,
        "From every version of any history, the list at that version and the events of a watch from it are the list at every later version, with nothing more and nothing less.",
        "backend/9/49 backend/9/47 backend/9/50 backend/5.5 IFC-08 IFC-13"
    )
    .needs(&[
        Capability::Watch,
        Capability::WatchHistory,
        Capability::ExactReads,
    ]),
    case!(
        lists_and_watches_add_up_after_compaction,
        "Wherever history is compacted, lists and watches from before that are refused, and those from every version that is left add up.",
        "backend/9/49 backend/5.6 IFC-08 IFC-10"
    )
    .needs(&[
        Capability::Watch,
        Capability::WatchHistory,
        Capability::ExactReads,
        Capability::Compaction,
    ])
    .exclusive(),
];

async fn lists_and_watches_add_up(context: &Context) -> Verdict {
    add_up(context, "every_version", Vocabulary::Writes).await
}

async fn lists_and_watches_add_up_after_compaction(context: &Context) -> Verdict {
    let name = "every_version_after_compaction";
    add_up(context, name, Vocabulary::Compactions).await
}

async fn add_up(context: &Context, name: &str, vocabulary: Vocabulary) -> Verdict {
    search(
        context,
        &format!("property::{name}"),
        Effort::FULL.one_in(4),
        move || histories(vocabulary),
        |steps, patience| play(context, steps, patience),
    )
    .await
}

async fn play(context: &Context, steps: Vec<Step>, patience: Duration) -> Trial {
    let apart = context.open_apart().await?;
    let mut history = History::begin(context, &apart).await?;
    let verdict = follow(&apart, &mut history, &steps, patience).await;
    let told = history.told;
    noted(judged(verdict, told), apart.close().await)
}

async fn follow(
    apart: &Apart,
    history: &mut History<'_>,
    steps: &[Step],
    patience: Duration,
) -> Verdict {
    // A compaction may overtake a watch that is behind: where there is one, watches begin after it.
    let early = !steps.iter().any(|step| matches!(step, Step::Compact(_)));
    let mut followed = Vec::new();
    for step in steps {
        history.make(*step).await?;
        if let Step::Follow(look) = step {
            history.told.push(format!("follow {look}"));
            let mut one = Followed::new(*look);
            if early {
                one.open(apart, history.versions.all()).await?;
            }
            followed.push(one);
        }
    }
    let begins = history.versions.all().to_vec();
    let looks: Vec<Look> = followed.iter().map(|one| one.look).collect();
    for look in looks {
        history.mark(look).await?;
    }
    let begins: Vec<_> = begins
        .into_iter()
        .filter(|begin| *begin >= history.compacted)
        .collect();
    for one in &mut followed {
        one.open(apart, &begins).await?;
        one.judge(apart, history, patience).await?;
    }
    Ok(())
}

/// What is looked at, and a watch of it from each of these versions.
struct Followed {
    look: Look,
    watches: Vec<(ResourceVersion, Watching)>,
}

impl Followed {
    fn new(look: Look) -> Self {
        Self {
            look,
            watches: Vec::new(),
        }
    }

    /// Watches from those of the versions that are not watched yet.
    async fn open(&mut self, apart: &Apart, versions: &[ResourceVersion]) -> Verdict {
        let known = self.watches.len();
        let key = self.look.key();
        let missing = versions.iter().skip(known).map(async |version| {
            let options = self.look.watch(*version);
            let watch = apart.watch(&key, options).await?;
            Verdict::Ok((*version, watch))
        });
        let opened = try_join_all(missing).await?;
        self.watches.extend(opened);
        Ok(())
    }

    async fn judge(&mut self, apart: &Apart, history: &History<'_>, patience: Duration) -> Verdict {
        let (look, store) = (self.look, &*apart.instance.store);
        let (gone, left) = history.versions.split_at(history.compacted);
        let refusals = gone
            .iter()
            .map(|at| refuse(apart, look, *at, history, patience));
        try_join_all(refusals).await?;
        let states = left.iter().map(|at| state(store, look, *at, history));
        let states = try_join_all(states).await?;
        let reading = self.watches.iter_mut().map(async |(after, watch)| {
            let since = states.iter().position(|state| state.at == *after);
            let states = states.get(since.unwrap_or_default()..).unwrap_or_default();
            let expected = difference::events(states);
            let delivered = Delivered::read(watch, &expected, patience).await;
            (states, expected, delivered)
        });
        let read = join_all(reading).await;
        let versions = &history.versions;
        for ((_, watch), (states, expected, delivered)) in self.watches.iter().zip(read) {
            let due = due(look, versions, states, &expected);
            delivered.must_be(&expected, watch, versions, due)?;
        }
        Ok(())
    }
}

/// The events must be those that lead from the first of these states to the last.
fn due(look: Look, versions: &Versions, states: &[State], expected: &[Event<Pod>]) -> String {
    let first = states.first();
    let from = first.map_or_else(String::new, |state| tell::version(versions, state.at));
    let listed = first.map_or_else(String::new, |state| tell::objects(versions, &state.items));
    format!(
        "the list of {look} at {from} is {listed}, and a watch from there tells {}",
        tell::events(versions, expected)
    )
}
