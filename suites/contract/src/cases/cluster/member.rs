use storeproof_wire::etcdserverpb::{
    MemberAddRequest, MemberAddResponse, MemberListRequest, MemberListResponse,
    MemberPromoteRequest, MemberPromoteResponse, MemberRemoveRequest, MemberRemoveResponse,
};
use tonic::{Code, Status};

use crate::{
    Case, Client, Context, Need, Tier, Verdict, Wish, case, expect_eq, expect_refused, expect_that,
    phrase,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        the_list_names_every_member,
        "The list of members has each with a name and URLs; the member that answers is on it, under the number in its header.",
        "CLU-01"
    ),
    case!(
        Tier::Parity,
        every_member_lists_the_same,
        "Every member lists the same members, each of which answers under a number of its own.",
        "CLU-01 HDR-05"
    )
    .needs(&[Need::OwnCluster]),
    case!(
        Tier::Parity,
        who_is_no_member_cannot_be_changed,
        "Removing or promoting a member that is not there is refused.",
        "CLU-02"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        a_member_needs_a_url,
        "Adding a member with a URL that is none is refused.",
        "CLU-02"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        a_learner_is_added_once,
        "A member can be added as a learner, once and one at a time.",
        "CLU-03"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        only_a_learner_that_caught_up_is_promoted,
        "A learner that never joined cannot be promoted, and a member that votes already cannot either.",
        "CLU-03"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        clusters_have_numbers_of_their_own,
        "Two clusters have different numbers, and neither is 0.",
        "CLU-07"
    )
    .needs(&[Need::OwnServer]),
];

async fn the_list_names_every_member(context: &Context) -> Verdict {
    let listed = list(context.client(), true).await?;
    let header = listed.header.unwrap_or_default();
    expect_that(
        header.cluster_id != 0 && header.member_id != 0,
        "the header names the cluster and the member",
        format!("it is {header:?}"),
    )?;
    let answering = listed
        .members
        .iter()
        .any(|member| member.id == header.member_id);
    let told = format!("member {} among {:?}", header.member_id, listed.members);
    expect_that(answering, "the member that answers is on the list", told)?;
    for member in &listed.members {
        let complete = !member.name.is_empty()
            && !member.peer_ur_ls.is_empty()
            && !member.client_ur_ls.is_empty()
            && !member.is_learner;
        expect_that(
            complete,
            "a member has a name and URLs, and is no learner",
            format!("one is {member:?}"),
        )?;
    }
    Ok(())
}

async fn every_member_lists_the_same(context: &Context) -> Verdict {
    let wish = Wish {
        cluster: true,
        shared: true,
        ..Wish::default()
    };
    let (owned, context) = context.own(&wish).await?;
    let (mut lists, mut numbers, mut clusters) = (Vec::new(), Vec::new(), Vec::new());
    for member in 0..context.members() {
        let client = context.connect(member).await?;
        let mut listed = list(&client, true).await?;
        listed.members.sort_by_key(|member| member.id);
        let header = listed.header.unwrap_or_default();
        numbers.push(header.member_id);
        clusters.push(header.cluster_id);
        lists.push(listed.members);
    }
    let first = lists.first().cloned().unwrap_or_default();
    expect_eq("the number of members", first.len(), context.members())?;
    let same = lists.iter().all(|list| *list == first);
    expect_that(
        same,
        "all lists are the same",
        format!("they are {lists:?}"),
    )?;
    numbers.sort_unstable();
    let ids: Vec<u64> = first.iter().map(|member| member.id).collect();
    expect_eq("the numbers under which members answer", numbers, ids)?;
    clusters.dedup();
    expect_eq("how many clusters answer", clusters.len(), 1)?;
    owned.stop().await;
    Ok(())
}

async fn who_is_no_member_cannot_be_changed(context: &Context) -> Verdict {
    let (_owned, context) = context.own(&Wish::default()).await?;
    let message = "etcdserver: member not found";
    let removed = remove(context.client(), 4711).await;
    expect_refused(removed, Code::NotFound, message)?;
    let promoted = promote(context.client(), 4711).await;
    expect_refused(promoted, Code::NotFound, message)
}

async fn a_member_needs_a_url(context: &Context) -> Verdict {
    let (_owned, context) = context.own(&Wish::default()).await?;
    expect_refused(
        add(context.client(), "no URL", false).await,
        Code::InvalidArgument,
        "etcdserver: given member URLs are invalid",
    )
}

/// Sent again within the same second the same URL leads to the same number; later it leads to another one.
async fn a_learner_is_added_once(context: &Context) -> Verdict {
    let (_owned, context) = context.own(&Wish::default()).await?;
    let client = context.client();
    let added = add(client, "http://127.0.0.1:1", true).await?;
    let learner = added.member.unwrap_or_default();
    expect_eq("whether it learns", learner.is_learner, true)?;
    let listed = list(client, true).await?;
    let learners: Vec<u64> = listed
        .members
        .iter()
        .filter(|member| member.is_learner)
        .map(|member| member.id)
        .collect();
    expect_eq("the learners on the list", learners, vec![learner.id])?;
    let again = add(client, "http://127.0.0.1:1", true).await;
    let observed = again.map_or_else(|status| phrase::status(&status), |_| "accepted".to_owned());
    let expected = [
        "etcdserver: member ID already exist",
        "etcdserver: Peer URLs already exists",
    ]
    .map(|message| format!("{:?} {message:?}", Code::FailedPrecondition));
    expect_that(
        expected.contains(&observed),
        format!("the same URL is refused: {}", expected.join(" or ")),
        observed,
    )?;
    expect_refused(
        add(client, "http://127.0.0.1:2", true).await,
        Code::FailedPrecondition,
        "etcdserver: too many learner members in cluster",
    )
}

async fn only_a_learner_that_caught_up_is_promoted(context: &Context) -> Verdict {
    let (_owned, context) = context.own(&Wish::default()).await?;
    let client = context.client();
    let voter = list(client, true)
        .await?
        .header
        .map_or(0, |header| header.member_id);
    expect_refused(
        promote(client, voter).await,
        Code::FailedPrecondition,
        "etcdserver: can only promote a learner member",
    )?;
    let added = add(client, "http://127.0.0.1:1", true).await?;
    let learner = added.member.unwrap_or_default().id;
    expect_refused(
        promote(client, learner).await,
        Code::FailedPrecondition,
        "etcdserver: can only promote a learner member which is in sync with leader",
    )
}

async fn clusters_have_numbers_of_their_own(context: &Context) -> Verdict {
    let ours = context.client().range(context.one("a")).await?.header;
    let wish = Wish {
        flags: vec![format!("--initial-cluster-token={}", uuid::Uuid::new_v4())],
        ..Wish::default()
    };
    let (_owned, context) = context.own(&wish).await?;
    let other = context.client().range(context.one("a")).await?.header;
    let numbers = [ours, other].map(|header| header.map_or(0, |header| header.cluster_id));
    let [ours, other] = numbers;
    expect_that(
        ours != other && !numbers.contains(&0),
        "the clusters have different numbers that are not 0",
        format!("they are {numbers:?}"),
    )
}

pub(super) async fn list(
    client: &Client,
    linearizable: bool,
) -> Result<MemberListResponse, Status> {
    let mut cluster = client.cluster();
    let answer = cluster.member_list(client.request(MemberListRequest { linearizable }));
    let told = |answer: &MemberListResponse| format!("{} members", answer.members.len());
    client.noted("list members", answer, told).await
}

async fn add(client: &Client, url: &str, is_learner: bool) -> Result<MemberAddResponse, Status> {
    let mut cluster = client.cluster();
    let request = MemberAddRequest {
        peer_ur_ls: vec![url.to_owned()],
        is_learner,
    };
    let answer = cluster.member_add(client.request(request));
    let asked = format!("add member {url:?}");
    client.noted(asked, answer, |_| "added".to_owned()).await
}

async fn remove(client: &Client, id: u64) -> Result<MemberRemoveResponse, Status> {
    let mut cluster = client.cluster();
    let answer = cluster.member_remove(client.request(MemberRemoveRequest { id }));
    let asked = format!("remove member {id}");
    client.noted(asked, answer, |_| "removed".to_owned()).await
}

async fn promote(client: &Client, id: u64) -> Result<MemberPromoteResponse, Status> {
    let mut cluster = client.cluster();
    let answer = cluster.member_promote(client.request(MemberPromoteRequest { id }));
    let asked = format!("promote member {id}");
    client.noted(asked, answer, |_| "promoted".to_owned()).await
}
