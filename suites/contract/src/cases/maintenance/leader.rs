//! Leadership that is handed on.

use std::time::Duration;

use storeproof_wire::etcdserverpb::StatusResponse;
use tokio::time::{sleep, timeout};
use tonic::Code;

use crate::{
    Case, Client, Context, Fault, Need, Tier, Verdict, Wish, case, expect_eq, expect_refused,
    expect_that,
};

pub(in crate::cases) const CASES: &[Case] = &[case!(
    Tier::Parity,
    it_can_be_handed_on_by_the_leader_to_a_member,
    "The leader hands its leadership on to another member in a new term; others refuse, and so does it for who is no member.",
    "MNT-06"
)
.needs(&[Need::OwnCluster])];

/// How long members may take to agree on a leader.
const AGREED: Duration = Duration::from_secs(10);
/// How often they are asked meanwhile.
const PAUSE: Duration = Duration::from_millis(20);

/// The statuses of all members, once they name the same leader.
async fn agreed(clients: &[Client]) -> Verdict<Vec<StatusResponse>> {
    let agreed = async {
        loop {
            let mut all = Vec::new();
            for client in clients {
                all.push(client.status().await?);
            }
            let leader = all.first().map_or(0, |status| status.leader);
            if leader != 0 && all.iter().all(|status| status.leader == leader) {
                return Ok(all);
            }
            sleep(PAUSE).await;
        }
    };
    timeout(AGREED, agreed).await.unwrap_or_else(|_| {
        Err(Fault::failed(
            format!("the members agree on a leader within {AGREED:?}"),
            "they do not",
        ))
    })
}

async fn it_can_be_handed_on_by_the_leader_to_a_member(context: &Context) -> Verdict {
    let wish = Wish {
        cluster: true,
        ..Wish::default()
    };
    let owned = context.start(&wish).await?;
    let context = context.on(&*owned).await?;
    let mut clients = Vec::new();
    for member in 0..context.members() {
        clients.push(context.connect(member).await?);
    }
    let before = agreed(&clients).await?;
    let id = |status: &StatusResponse| status.header.unwrap_or_default().member_id;
    let (leads, follows): (Vec<_>, Vec<_>) = clients
        .iter()
        .zip(&before)
        .partition(|(_, status)| id(status) == status.leader);
    let ([(leader, was)], [(follower, next), ..]) = (&leads[..], &follows[..]) else {
        return Err(Fault::Broken(
            "The cluster has no leader and followers.".to_owned(),
        ));
    };
    let answer = follower.move_leader(id(was)).await;
    expect_refused(answer, Code::FailedPrecondition, "etcdserver: not leader")?;
    let answer = leader.move_leader(77).await;
    expect_refused(
        answer,
        Code::FailedPrecondition,
        "etcdserver: bad leader transferee",
    )?;
    leader.move_leader(id(next)).await?;
    let after = agreed(&clients).await?;
    let leaders: Vec<u64> = after.iter().map(|status| status.leader).collect();
    owned.stop().await;
    expect_eq(
        "the leaders that the members name",
        leaders,
        vec![id(next); clients.len()],
    )?;
    let terms = [&before, &after].map(|all| all.first().map_or(0, |status| status.raft_term));
    expect_that(
        terms[1] > terms[0],
        format!("the term is above {}, that before", terms[0]),
        format!("it is {}", terms[1]),
    )
}
