//! Hashes of what a member stores.

use tonic::Code;

use crate::{
    Case, Context, Need, Tier, Verdict, Wish, case, expect_eq, expect_refused, expect_that,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        a_revision_has_one_hash,
        "The hash of a revision stays the same whatever is written later, and differs from that of another revision.",
        "MNT-02"
    ),
    case!(
        Tier::Parity,
        members_agree_on_it,
        "The members of a cluster have the same hash for the same revision.",
        "MNT-02"
    )
    .needs(&[Need::OwnCluster]),
    case!(
        Tier::Parity,
        the_future_is_refused,
        "The hash of a revision that is still to come is refused.",
        "MNT-02"
    ),
    case!(
        Tier::Parity,
        what_was_compacted_is_refused,
        "The hash of a revision that was compacted is refused; the hash of now names the compacted revision.",
        "MNT-02"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Parity,
        the_file_has_one,
        "The hash of the member's file is given.",
        "MNT-03"
    ),
];

async fn a_revision_has_one_hash(context: &Context) -> Verdict {
    let first = context.create("a", "1").await?;
    let second = context.update("a", "2", first).await?;
    let client = context.client();
    let (one, other) = (client.hash_at(first).await?, client.hash_at(second).await?);
    expect_that(
        one.hash != other.hash,
        format!("the hashes of revisions {first} and {second} differ"),
        format!("both are {:x}", one.hash),
    )?;
    context.update("a", "3", second).await?;
    let again = client.hash_at(first).await?;
    expect_eq("the hash of the same revision again", again.hash, one.hash)
}

async fn members_agree_on_it(context: &Context) -> Verdict {
    let wish = Wish {
        cluster: true,
        ..Wish::default()
    };
    let owned = context.start(&wish).await?;
    let context = context.on(&*owned).await?;
    context.create_many("p/", 20, b"1").await?;
    let revision = context.revision().await?;
    let mut hashes = Vec::new();
    for member in 0..context.members() {
        let client = context.connect(member).await?;
        // A member that has answered this is as far as the others.
        client.range(context.one("p/0000")).await?;
        let answer = client.hash_at(revision).await?;
        hashes.push((answer.hash, answer.compact_revision));
    }
    owned.stop().await;
    let first = hashes.first().copied();
    let agree = hashes.iter().all(|hash| Some(*hash) == first);
    expect_that(
        agree && hashes.len() > 1,
        format!("all members have the same hash of revision {revision}"),
        format!("they have {hashes:x?}"),
    )
}

async fn the_future_is_refused(context: &Context) -> Verdict {
    let created = context.create("a", "1").await?;
    expect_refused(
        context.client().hash_at(created + 1_000_000_000).await,
        Code::OutOfRange,
        "etcdserver: mvcc: required revision is a future revision",
    )
}

async fn what_was_compacted_is_refused(context: &Context) -> Verdict {
    let first = context.create("a", "1").await?;
    let second = context.update("a", "2", first).await?;
    context.compact(second).await?;
    expect_refused(
        context.client().hash_at(first).await,
        Code::OutOfRange,
        "etcdserver: mvcc: required revision has been compacted",
    )?;
    let now = context.client().hash_at(0).await?;
    expect_eq(
        "compact_revision of the hash of now",
        now.compact_revision,
        second,
    )
}

async fn the_file_has_one(context: &Context) -> Verdict {
    let answer = context.client().hash().await?;
    expect_that(answer.hash != 0, "the hash is not 0", "it is 0")
}
