//! Whether one order of all requests explains what many clients were answered at once.

use storeproof_wire::etcdserverpb::StatusResponse;

use crate::{
    Case, Context, Fault, Need, Tier, Verdict, Wish,
    breaking::{heal, kill},
    case,
    traffic::{Plan, Profile, Traffic},
};

pub(super) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        objects_are_linearizable,
        "Whatever ten clients do to a few objects at once as Kubernetes does, one order of all requests explains every answer \
         and its revision, and agrees with real time.",
        "LIN-ORIGIN LIN-DISTINCT LIN-CHAIN LIN-MOMENT LIN-ORDER LIN-SNAPSHOT"
    ),
    case!(
        Tier::Parity,
        keys_are_linearizable,
        "Whatever ten clients put and delete as they please, and change in transactions on several keys, one order of all requests \
         explains every answer and its revision, and agrees with real time.",
        "LIN-WHOLE LIN-PUT"
    ),
    case!(
        Tier::Kubernetes,
        objects_stay_linearizable_across_a_kill,
        "Where a server is killed while ten clients read and write, and comes back, one order of all requests explains every \
         answer: what was acknowledged is there, and what was not happened or did not.",
        "LIN-KILL"
    )
    .needs(&[Need::OwnServer, Need::Control]),
    case!(
        Tier::Kubernetes,
        objects_stay_linearizable_without_their_leader,
        "Where the leader of a cluster is killed while ten clients read and write, another is chosen, and the first comes back, one \
         order of all requests explains every answer.",
        "LIN-LEADER"
    )
    .needs(&[Need::OwnCluster, Need::Control]),
];

/// How many requests are to be answered.
const ENOUGH: usize = 1500;
/// How many before a member is killed, while it is dead, and after it came back.
const AROUND: usize = 300;

async fn objects_are_linearizable(context: &Context) -> Verdict {
    undisturbed(context, Profile::Kubernetes).await
}

async fn keys_are_linearizable(context: &Context) -> Verdict {
    undisturbed(context, Profile::General).await
}

async fn undisturbed(context: &Context, profile: Profile) -> Verdict {
    let breaks = false;
    let mut traffic = Traffic::begin(context, Plan { profile, breaks }).await?;
    traffic.goes_on(ENOUGH).await?;
    traffic.judged().await
}

/// Traffic of Kubernetes that goes on where requests fail.
const BROKEN: Plan = Plan {
    profile: Profile::Kubernetes,
    breaks: true,
};

async fn objects_stay_linearizable_across_a_kill(context: &Context) -> Verdict {
    let wish = Wish {
        control: true,
        ..Wish::default()
    };
    let (owned, context) = context.own(&wish).await?;
    let mut traffic = Traffic::begin(&context, BROKEN).await?;
    traffic.goes_on(AROUND).await?;
    kill(&*owned, 0).await?;
    heal(&*owned).await?;
    traffic.goes_on(AROUND).await?;
    traffic.judged().await?;
    owned.stop().await;
    Ok(())
}

async fn objects_stay_linearizable_without_their_leader(context: &Context) -> Verdict {
    let wish = Wish {
        cluster: true,
        control: true,
        ..Wish::default()
    };
    let (owned, context) = context.own(&wish).await?;
    let leader = leader(&context).await?;
    let mut traffic = Traffic::begin(&context, BROKEN).await?;
    traffic.goes_on(AROUND).await?;
    kill(&*owned, leader).await?;
    traffic.goes_on(AROUND).await?;
    heal(&*owned).await?;
    traffic.goes_on(AROUND).await?;
    traffic.judged().await?;
    owned.stop().await;
    Ok(())
}

/// The place of the member that leads.
async fn leader(context: &Context) -> Verdict<usize> {
    let leads = |status: &StatusResponse| {
        let header = status.header.unwrap_or_default();
        status.leader != 0 && status.leader == header.member_id
    };
    for member in 0..context.members() {
        if leads(&context.connect(member).await?.status().await?) {
            return Ok(member);
        }
    }
    Err(Fault::Broken("No member says that it leads.".to_owned()))
}
