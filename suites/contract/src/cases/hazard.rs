//! Requests that are known to end real servers: each on a server of its own, that is thrown away.

use storeproof_wire::etcdserverpb::{
    MemberListRequest, MemberUpdateRequest, RangeRequest, range_request::SortOrder,
};
use tonic::{Code, Status};

use crate::{
    Case, Context, Fault, Need, Tier, Verdict, Wish, case, expect_eq, expect_that, phrase,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Hazard,
        an_unknown_target_of_an_order,
        "A list that is sorted by what does not exist is answered, and the server goes on. It ends etcd up to 3.5.",
        "H-01 HDR-09"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Hazard,
        a_member_whose_url_has_no_scheme,
        "An update of a member with a URL without a scheme is refused, and the cluster goes on. It ends members of etcd 3.5.",
        "H-02"
    )
    .needs(&[Need::OwnCluster]),
];

/// An answer is one that the server gave, and not the end of the connection to it.
fn expect_answered<T>(answer: Result<T, Status>) -> Verdict {
    let gone = [
        Code::Unavailable,
        Code::DeadlineExceeded,
        Code::Cancelled,
        Code::Unknown,
        Code::Internal,
    ];
    match answer {
        Err(status) if gone.contains(&status.code()) => Err(Fault::failed(
            "the request is answered",
            format!("it is not: {}", phrase::status(&status)),
        )),
        _ => Ok(()),
    }
}

async fn an_unknown_target_of_an_order(context: &Context) -> Verdict {
    let owned = context.start(&Wish::default()).await?;
    let context = context.on(&*owned).await?;
    for name in ["a", "b"] {
        context.create(name, "1").await?;
    }
    for order in [SortOrder::Ascend, SortOrder::Descend] {
        let request = RangeRequest {
            sort_target: 99,
            sort_order: order.into(),
            ..context.all("")
        };
        expect_answered(context.client().range(request).await)?;
        let held = context.client().range(context.all("")).await?;
        expect_eq("the keys afterwards", context.names(&held), vec!["a", "b"])?;
    }
    owned.stop().await;
    Ok(())
}

async fn a_member_whose_url_has_no_scheme(context: &Context) -> Verdict {
    let wish = Wish {
        cluster: true,
        ..Wish::default()
    };
    let owned = context.start(&wish).await?;
    let context = context.on(&*owned).await?;
    context.create("a", "1").await?;
    let client = context.client();
    let mut cluster = client.cluster();
    let listed = cluster.member_list(client.request(MemberListRequest::default()));
    let listed = client.noted("list members", listed, |answer| {
        format!("{:?}", answer.members)
    });
    let id = listed.await?.members.first().map_or(0, |member| member.id);
    let request = MemberUpdateRequest {
        id,
        peer_ur_ls: vec!["bad".to_owned()],
    };
    let updated = cluster.member_update(client.request(request));
    let asked = "update a member with the URL \"bad\"";
    let answer = client.noted(asked, updated, |_| "updated".to_owned()).await;
    expect_answered(answer)?;
    for member in 0..context.members() {
        let client = context.connect(member).await?;
        let held = client.range(context.one("a")).await?;
        expect_that(held.count == 1, "every member goes on", "one lost a key")?;
    }
    owned.stop().await;
    Ok(())
}
