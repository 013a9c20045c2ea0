//! Compactions, and servers that are more than one, or stop and start.

use storeproof_wire::etcdserverpb::RangeRequest;
use tonic::Code;

use crate::{
    Case, Context, Need, Tier, Verdict, Wish, case, expect_eq, expect_refused, expect_that,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        every_member_refuses_what_one_compacted,
        "After a compaction on one member all members refuse what was compacted.",
        "CMP-05"
    )
    .needs(&[Need::OwnCluster]),
    case!(
        Tier::Kubernetes,
        a_deletion_that_was_compacted_keeps_the_revision,
        "A server that compacted at the revision of a deletion has that revision when it starts again.",
        "CMP-09"
    )
    .needs(&[Need::OwnServer, Need::Control]),
];

async fn every_member_refuses_what_one_compacted(context: &Context) -> Verdict {
    let wish = Wish {
        cluster: true,
        ..Wish::default()
    };
    let owned = context.start(&wish).await?;
    let context = context.on(&*owned).await?;
    let mut written = context.create("a", "0").await?;
    for round in 1..5 {
        let compacted = context.update("a", round.to_string(), written).await?;
        context.compact(compacted).await?;
        for member in 0..context.members() {
            let request = RangeRequest {
                revision: written,
                ..context.one("a")
            };
            let answer = context.connect(member).await?.range(request).await;
            expect_refused(
                answer,
                Code::OutOfRange,
                "etcdserver: mvcc: required revision has been compacted",
            )?;
        }
        written = compacted;
    }
    owned.stop().await;
    Ok(())
}

/// etcd before 3.4.32 and 3.5.14 goes back.
async fn a_deletion_that_was_compacted_keeps_the_revision(context: &Context) -> Verdict {
    let wish = Wish {
        control: true,
        ..Wish::default()
    };
    let owned = context.start(&wish).await?;
    let context = context.on(&*owned).await?;
    let created = context.create("a", "1").await?;
    let removed = context.remove("a", created).await?;
    context.compact(removed).await?;
    // The data is removed before the answer to this, so that it is gone when the server dies.
    let hash = context.client().hash_at(0).await?;
    expect_eq(
        "the compacted revision of the hash",
        hash.compact_revision,
        removed,
    )?;
    let killed = owned.kill(0).await;
    killed.map_err(|error| crate::Fault::broken("The server is not killed", error))?;
    let healed = owned.heal().await;
    healed.map_err(|error| crate::Fault::broken("The server does not start again", error))?;
    let context = context.on(&*owned).await?;
    let after = context.revision().await?;
    expect_that(
        after >= removed,
        format!("the revision is at least {removed}, as before the server stopped"),
        format!("it is {after}"),
    )?;
    let next = context.create("a", "2").await?;
    expect_that(
        next > removed,
        format!("the next write has a revision above {removed}"),
        format!("it has {next}"),
    )?;
    owned.stop().await;
    Ok(())
}
