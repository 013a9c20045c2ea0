use std::time::Duration;

use futures::future::try_join_all;
use tokio::time::{Instant, sleep_until};

use crate::{
    Case, Context, Need, Tier, Verdict, case, expect_eq,
    seen::revision_of,
    shape,
    stress::{self, Plan},
    transaction::doing,
    watching::Watch,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        a_slow_reader_misses_nothing,
        "A watch that is not read for five seconds while 20 000 changes are made tells all of them afterwards, in order and \
         once.",
        "WCH-30"
    ),
    case!(
        Tier::Kubernetes,
        watches_tell_the_whole_truth_under_load,
        "While several write, every watch tells exactly what was done: in order, once, whole revisions, without a gap, with \
         what was before.",
        "V-FILTER V-ORDER V-UNIQUE V-ATOMIC V-RESUME V-CREATE V-RELIABLE V-PREVKV"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        progress_is_never_ahead_of_the_events,
        "While several write and progress is requested every few milliseconds, nothing up to a progress is told after it, and \
         no progress goes back.",
        "WCH-46 V-BOOKMARK"
    )
    .needs(&[Need::Quiet]),
];

/// How long a slow reader does not read.
const STALLED: Duration = Duration::from_secs(5);
/// How many keys each of its transactions writes.
const KEYS: usize = 100;
/// How many transactions there are, and how many at the same time.
const ROUNDS: (usize, usize) = (25, 8);

async fn a_slow_reader_misses_nothing(context: &Context) -> Verdict {
    let reader = context.connect(0).await?;
    let mut stream = reader.watch(true).await?;
    let id = stream.created(context.watch_all("")).await?.watch_id;
    let until = Instant::now() + STALLED;
    let value = "x".repeat(512);
    let mut expected = Vec::new();
    for _ in 0..ROUNDS.0 {
        let writes = (0..ROUNDS.1).map(|writer| {
            let put = |key| shape::put(&context.key(format!("{writer}/{key}")), value.clone(), 0);
            context.commit(doing((0..KEYS).map(put).collect::<Vec<_>>()))
        });
        let mut revisions = try_join_all(writes).await?;
        revisions.sort_unstable();
        expected.extend(revisions);
    }
    sleep_until(until).await;
    let fence = context.write("fence", "1").await?;
    let mut told = Watch { stream, id }.events_until(fence).await?;
    told.pop();
    let revisions: Vec<i64> = told.iter().map(revision_of).collect();
    let due = expected.iter().flat_map(|revision| [*revision; KEYS]);
    let due: Vec<i64> = due.collect();
    expect_eq("the number of events", revisions.len(), due.len())?;
    let unlike = revisions.iter().zip(&due).find(|(told, due)| told != due);
    expect_eq("the first revision that should be another", unlike, None)
}

async fn watches_tell_the_whole_truth_under_load(context: &Context) -> Verdict {
    let plan = Plan {
        length: Duration::from_secs(2),
        progress: None,
    };
    stress::run(context, &plan).await
}

async fn progress_is_never_ahead_of_the_events(context: &Context) -> Verdict {
    let plan = Plan {
        length: Duration::from_secs(3),
        progress: Some(Duration::from_millis(5)),
    };
    stress::run(context, &plan).await
}
