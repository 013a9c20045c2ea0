//! The file that a member keeps.

use crate::{
    Case, Context, Need, Tier, Verdict, Wish, case, context::events, expect_eq, expect_that,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        giving_space_back_changes_nothing,
        "Giving space back changes no key and no revision, and watches go on.",
        "MNT-03"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        a_copy_is_whole,
        "A copy of the file counts down to nothing, and ends with the 32 bytes of its checksum.",
        "MNT-04"
    )
    .needs(&[Need::OwnServer]),
];

async fn giving_space_back_changes_nothing(context: &Context) -> Verdict {
    let owned = context.start(&Wish::default()).await?;
    let context = context.on(&*owned).await?;
    context.create_many("p/", 50, b"1").await?;
    let mut stream = context.watching("").await?;
    let before = context.client().range(context.all("")).await?;
    context.client().defragment().await?;
    let after = context.client().range(context.all("")).await?;
    expect_eq("what there is afterwards", &after.kvs, &before.kvs)?;
    let revisions = [before, after].map(|answer| answer.header.unwrap_or_default().revision);
    expect_eq(
        "the revisions before and afterwards",
        revisions,
        [revisions[0]; 2],
    )?;
    let created = context.create("q", "1").await?;
    let told = events(&mut stream).await?;
    let told = told.into_iter().filter_map(|event| event.kv);
    let told: Vec<i64> = told.map(|kv| kv.mod_revision).collect();
    expect_eq("the first that a watch is told of", told, vec![created])?;
    owned.stop().await;
    Ok(())
}

async fn a_copy_is_whole(context: &Context) -> Verdict {
    const PAGE: usize = 512;
    const CHECKSUM: usize = 32;
    let owned = context.start(&Wish::default()).await?;
    let context = context.on(&*owned).await?;
    context.create_many("p/", 50, &[b'v'; 10_000]).await?;
    let pieces = context.client().snapshot().await?;
    let length: usize = pieces.iter().map(|piece| piece.blob.len()).sum();
    let remaining: Vec<u64> = pieces.iter().map(|piece| piece.remaining_bytes).collect();
    owned.stop().await;
    expect_eq(
        "remaining_bytes of the last piece",
        remaining.last(),
        Some(&0),
    )?;
    let falls = remaining.windows(2).all(|pair| pair.first() >= pair.last());
    expect_that(
        falls,
        "remaining_bytes falls",
        format!("it is {remaining:?}"),
    )?;
    expect_that(
        length > 50 * 10_000,
        "the copy holds what was written",
        format!("it is {length} bytes"),
    )?;
    expect_eq(
        "the copy's length beyond whole sectors",
        length % PAGE,
        CHECKSUM,
    )
}
