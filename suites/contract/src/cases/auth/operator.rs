//! What only root may ask of a member.

use storeproof_wire::etcdserverpb::{CompactionRequest, MemberAddRequest};
use tonic::{Code, Status};

use super::Guarded;
use crate::{Case, Context, Fault, Need, Tier, Verdict, Wish, case, expect_refused, phrase};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        others_do_not_compact_or_add_members,
        "Only root compacts and adds members.",
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

async fn others_do_not_compact_or_add_members(context: &Context) -> Verdict {
    let guarded = Guarded::start(context, &Wish::default()).await?;
    let user = &guarded.user;
    user.put(guarded.context.putting("a", "1")).await?;
    let compaction = CompactionRequest {
        revision: 1,
        physical: false,
    };
    let answer = user.compact(compaction).await;
    expect_refused(answer, Code::PermissionDenied, DENIED)?;
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
    let compaction = CompactionRequest {
        revision: 2,
        physical: false,
    };
    guarded.root.compact(compaction).await?;
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
