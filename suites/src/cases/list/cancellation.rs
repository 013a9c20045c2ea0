use futures::{FutureExt, future};
use storeproof::storage::ListOptions;
use storeproof_fixtures::objects::everything;

use super::corrupt::fill;
use crate::{
    case,
    harness::{
        Capability, Case, Context, Row, Verdict, expect_eq, expect_that, names, row_of, selecting,
        unexpected,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        ends_all_work,
        "A list that is dropped stops reading: nothing waits for the transformer any more, and nothing asks it again.",
        "store/6/63"
    )
    .needs(&[Capability::Transformer]),
    case!(
        leaves_the_store_usable,
        "A store goes on serving after lists that were dropped while they read.",
        "store/6/63"
    )
    .needs(&[Capability::Transformer]),
];

const ROWS: &[Row] = &names(&SIZES);

/// So many Pods are listed: few, and more than a store may read in one go.
const SIZES: [(&str, usize); 2] = [("short", 5), ("long", 300)];

/// A store may have as many reads under way as there are cores, and need not stop any of them half-way.
const HANDFUL: usize = 16;

/// Begins a list, and drops it once a value waits for the transformer.
async fn drop_a_list(context: &Context) -> Verdict {
    let options = ListOptions::default();
    let list = context.store().get_list("/pods/", &options);
    let waits = context
        .transformer()
        .expect_waiting("a value waits for the transformer", |waiting| waiting > 0);
    match future::select(list, waits.boxed()).await {
        future::Either::Left(_) => Err(unexpected(
            "the list waits for the transformer",
            "it has ended",
        )),
        future::Either::Right((waits, _)) => waits,
    }
}

async fn ends_all_work(context: &Context, row: usize) -> Verdict {
    let pods = *row_of(&SIZES, row);
    let stored = fill(context, pods).await?;
    let transformer = context.transformer();
    transformer.take_reads();
    transformer.hold_reads();
    drop_a_list(context).await?;
    let idle = |waiting| waiting == 0;
    let expected = "no value waits for the transformer once the list is dropped";
    transformer.expect_waiting(expected, idle).await?;
    transformer.release_reads();
    let list = context.list_with("/pods/", selecting(everything())).await?;
    expect_eq("the objects", list.items, stored)?;
    let reads = transformer.take_reads().len();
    expect_that(
        reads <= pods + HANDFUL,
        format!("{pods} values are read by the list that ends, and at most {HANDFUL} by the other"),
        format!("{reads} are read"),
    )
}

async fn leaves_the_store_usable(context: &Context) -> Verdict {
    let stored = fill(context, 100).await?;
    for _ in 0..20 {
        context.transformer().hold_reads();
        drop_a_list(context).await?;
        context.transformer().release_reads();
        let list = context.list("/pods/").await?;
        expect_eq("the number of objects", list.items.len(), stored.len())?;
    }
    let list = context.list("/pods/").await?;
    expect_eq("the objects", list.items, stored)
}
