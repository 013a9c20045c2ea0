//! Compactions, and servers that are more than one, or stop and start.

use storeproof_wire::etcdserverpb::{CompactionRequest, RangeRequest};
use tonic::Code;

use crate::{Case, Context, Fault, Need, Tier, Verdict, Wish, case, expect_refused, expect_steps};

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

/// etcd before 3.4.32 and 3.5.14 goes back where it dies while it removes the data: it is killed at once, and when all is
/// removed.
async fn a_deletion_that_was_compacted_keeps_the_revision(context: &Context) -> Verdict {
    let wish = Wish {
        control: true,
        ..Wish::default()
    };
    let owned = context.start(&wish).await?;
    for physical in [false, true] {
        let context = context.on(&*owned).await?;
        let created = context.create("a", "1").await?;
        let removed = context.remove("a", created).await?;
        let request = CompactionRequest {
            revision: removed,
            physical,
        };
        context.client().compact(request).await?;
        let killed = owned.kill(0).await;
        killed.map_err(|error| Fault::broken("The server is not killed", error))?;
        let healed = owned.heal().await;
        healed.map_err(|error| Fault::broken("The server does not start again", error))?;
        let context = context.on(&*owned).await?;
        let after = context.revision().await?;
        expect_steps("the revision after the start", removed, after, 0)?;
        let next = context.create("b", "1").await?;
        expect_steps("the revision of the next create", removed, next, 1)?;
        context.remove("b", next).await?;
    }
    owned.stop().await;
    Ok(())
}
