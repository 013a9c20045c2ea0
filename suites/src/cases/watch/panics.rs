use storeproof::storage::WatchOptions;
use storeproof_fixtures::objects::{everything, pod};

use crate::{
    case,
    harness::{Capability, Case, Context, Row, Verdict, names, row_of},
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        end_one_watch_with_an_error,
        "A transformer or codec that panics at a change ends that watch with one 500, after what came before, and no other.",
        "backend/9/63"
    )
    .needs(&[
        Capability::Watch,
        Capability::WatchHistory,
        Capability::Transformer,
        Capability::Codec,
    ]),
    case!(
        rows ROWS,
        end_an_initial_state_with_an_error,
        "A transformer or codec that panics at an object of the initial state ends that watch with one 500.",
        "backend/9/63"
    )
    .needs(&[
        Capability::Watch,
        Capability::Transformer,
        Capability::Codec,
    ]),
];

/// How reading panics at what is called `unreadable`.
type Panic = fn(&Context);

pub(in crate::cases) const ROWS: &[Row] = &names(&PANICS);

pub(in crate::cases) const PANICS: [(&str, Panic); 3] = [
    ("transformer", |context| {
        context
            .transformer()
            .panic_at_reads_of(["unreadable".to_owned()]);
    }),
    ("transformer-later", |context| {
        context.transformer().before_reads(|| async { Ok(()) });
        context
            .transformer()
            .panic_at_reads_of(["unreadable".to_owned()]);
    }),
    ("codec", |context| {
        context
            .codec()
            .panic_at_decoding_of(["unreadable".to_owned()]);
    }),
];

async fn end_one_watch_with_an_error(context: &Context, row: usize) -> Verdict {
    let start = context.current().await?;
    let before = context.create(&pod("ns", "before")).await?;
    context.create(&pod("ns", "unreadable")).await?;
    context.create(&pod("ns", "behind")).await?;
    row_of(&PANICS, row)(context);
    let mut other = context.watch("/pods/other", start).await?;
    let mut watch = context.watch("/pods/ns", start).await?;
    watch.expect_added(&before).await?;
    watch.expect_error_and_end(500).await?;
    let elsewhere = context.create(&pod("other", "foo")).await?;
    other.expect_added(&elsewhere).await
}

async fn end_an_initial_state_with_an_error(context: &Context, row: usize) -> Verdict {
    let before = context.create(&pod("ns", "a")).await?;
    context.create(&pod("ns", "unreadable")).await?;
    row_of(&PANICS, row)(context);
    let options = || WatchOptions {
        predicate: everything(),
        ..WatchOptions::default()
    };
    let mut watch = context.watch_with("/pods/ns", options()).await?;
    watch.expect_added(&before).await?;
    watch.expect_error_and_end(500).await?;
    let mut other = context.watch_with("/pods/other", options()).await?;
    let elsewhere = context.create(&pod("other", "foo")).await?;
    other.expect_added(&elsewhere).await
}
