//! Who answers.

use std::collections::BTreeSet;

use storeproof_wire::etcdserverpb::{MemberListRequest, ResponseHeader};

use crate::{
    Case, Client, Context, Fault, Need, Tier, Verdict, Wish, case,
    context::revision,
    expect_eq, expect_that,
    transaction::{self, Operation, doing},
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        answers_name_their_cluster_and_member,
        "Every answer names the cluster, the member that the list of members holds, and the term, which never goes back.",
        "HDR-05"
    ),
    case!(
        Tier::Parity,
        members_share_a_cluster_and_nothing_else,
        "The members of a cluster name the same cluster, and each a member of its own.",
        "HDR-05"
    )
    .needs(&[Need::OwnCluster]),
    case!(
        Tier::Parity,
        answers_within_a_transaction_have_headers,
        "What a transaction's operations answer has headers with revisions.",
        "HDR-06"
    ),
];

async fn header(context: &Context, client: &Client) -> Verdict<ResponseHeader> {
    let answer = client.range(context.one("a")).await?;
    answer
        .header
        .ok_or_else(|| Fault::failed("the answer has a header", "it has none"))
}

async fn answers_name_their_cluster_and_member(context: &Context) -> Verdict {
    let client = context.client();
    let first = header(context, client).await?;
    for (what, number) in [
        ("cluster_id", first.cluster_id),
        ("member_id", first.member_id),
        ("raft_term", first.raft_term),
    ] {
        let holds = number != 0;
        expect_that(holds, format!("{what} is not 0"), format!("{what} is 0"))?;
    }
    let asked = client.request(MemberListRequest::default());
    let mut cluster = client.cluster();
    let members = client
        .noted("list members", cluster.member_list(asked), |answer| {
            format!("{:?}", answer.members)
        })
        .await?;
    expect_that(
        members
            .members
            .iter()
            .any(|member| member.id == first.member_id),
        format!(
            "the list of members holds {:x}, who answers",
            first.member_id
        ),
        "it does not",
    )?;
    let mut term = first.raft_term;
    for number in 0..20 {
        context.create(number.to_string(), "1").await?;
        let next = header(context, client).await?;
        expect_eq(
            "cluster_id of a later answer",
            next.cluster_id,
            first.cluster_id,
        )?;
        expect_that(
            next.raft_term >= term,
            format!("the term is at least {term}, that of the answer before"),
            format!("it is {}", next.raft_term),
        )?;
        term = next.raft_term;
    }
    Ok(())
}

async fn members_share_a_cluster_and_nothing_else(context: &Context) -> Verdict {
    let wish = Wish {
        cluster: true,
        shared: true,
        ..Wish::default()
    };
    let owned = context.start(&wish).await?;
    let context = context.on(&*owned).await?;
    let (mut clusters, mut members) = (BTreeSet::new(), BTreeSet::new());
    for member in 0..context.members() {
        let client = context.connect(member).await?;
        let header = header(&context, &client).await?;
        clusters.insert(header.cluster_id);
        members.insert(header.member_id);
    }
    let all = context.members();
    owned.stop().await;
    expect_eq(
        "the number of clusters that members name",
        clusters.len(),
        1,
    )?;
    expect_eq(
        "the number of members that members name",
        members.len(),
        all,
    )
}

async fn answers_within_a_transaction_have_headers(context: &Context) -> Verdict {
    let answer = doing([
        context.putting("a", "1").operation(),
        context.one("a").operation(),
        context.deleting("b").operation(),
    ]);
    let answer = context.client().txn(answer).await?;
    let outer = revision(answer.header.as_ref())?;
    let inner = [
        ("put", transaction::put(&answer, 0)?.header),
        ("range", transaction::ranged(&answer, 1)?.header),
        ("deletion", transaction::deleted(&answer, 2)?.header),
    ];
    for (what, header) in inner {
        let inner = revision(header.as_ref())?;
        expect_eq(&format!("the revision of the {what} within"), inner, outer)?;
    }
    Ok(())
}
