//! What only root may ask of a member.

use storeproof_wire::etcdserverpb::{CompactionRequest, MemberAddRequest, RangeRequest};
use tonic::{Code, Status};

use super::Guarded;
use crate::{
    Case, Context, Fault, Need, Tier, Verdict, Wish, case, context::revision, expect_eq,
    expect_refused, phrase,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        others_do_not_add_members,
        "Only root adds members.",
        "AUT-06"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Version,
        what_others_compact_is_refused_or_done,
        "A compaction that root does not ask for is refused and not done, or accepted and done.",
        "AUT-06"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Version,
        others_do_not_maintain_members,
        "Only root gives space back and hashes; whether others see the status depends on the version.",
        "AUT-06"
    )
    .needs(&[Need::OwnServer]),
];

const DENIED: &str = "etcdserver: permission denied";

async fn others_do_not_add_members(context: &Context) -> Verdict {
    let guarded = Guarded::start(context, &Wish::default()).await?;
    let user = &guarded.user;
    let request = user.request(MemberAddRequest {
        peer_ur_ls: vec!["http://127.0.0.1:1".to_owned()],
        is_learner: true,
    });
    let answer = user
        .noted(
            "add a member",
            user.cluster().member_add(request),
            |answer| format!("{:?}", answer.members),
        )
        .await;
    expect_refused(answer, Code::PermissionDenied, DENIED)?;
    guarded.owned.stop().await;
    Ok(())
}

/// etcd 3.5.30 refuses it, 3.5.16 does not.
async fn what_others_compact_is_refused_or_done(context: &Context) -> Verdict {
    let guarded = Guarded::start(context, &Wish::default()).await?;
    let (context, user) = (&guarded.context, &guarded.user);
    let first = user.put(context.putting("a", "1")).await?;
    let first = revision(first.header.as_ref())?;
    let second = user.put(context.putting("a", "2")).await?;
    let second = revision(second.header.as_ref())?;
    let compaction = |revision: i64| CompactionRequest {
        revision,
        physical: false,
    };
    let old = RangeRequest {
        revision: first,
        ..context.one("a")
    };
    match user.compact(compaction(second)).await {
        Ok(_) => {}
        refused => {
            expect_refused(refused, Code::PermissionDenied, DENIED)?;
            let read = guarded.root.range(old.clone()).await?;
            expect_eq("count at the revision that stays", read.count, 1)?;
            guarded.root.compact(compaction(second)).await?;
        }
    }
    expect_refused(
        guarded.root.range(old).await,
        Code::OutOfRange,
        "etcdserver: mvcc: required revision has been compacted",
    )?;
    guarded.owned.stop().await;
    Ok(())
}

/// etcd answers some of this with the error of its store, which has no code of its own: both are refusals.
fn expect_denied<T>(what: &str, answer: Result<T, Status>) -> Verdict {
    let expected = format!("{what} is refused as not permitted");
    match answer {
        Ok(_) => Err(Fault::failed(expected, "it is accepted")),
        Err(status) => match (status.code(), status.message()) {
            (Code::PermissionDenied, DENIED) | (Code::Unknown, "auth: permission denied") => Ok(()),
            _ => Err(Fault::failed(
                expected,
                format!("it is refused: {}", phrase::status(&status)),
            )),
        },
    }
}

/// etcd lets everybody see the status before some versions and after others: it is not asked for here.
async fn others_do_not_maintain_members(context: &Context) -> Verdict {
    let guarded = Guarded::start(context, &Wish::default()).await?;
    let (user, root) = (&guarded.user, &guarded.root);
    expect_denied("giving space back", user.defragment().await)?;
    expect_denied("hashing", user.hash_at(0).await)?;
    root.defragment().await?;
    root.hash_at(0).await?;
    guarded.owned.stop().await;
    Ok(())
}
