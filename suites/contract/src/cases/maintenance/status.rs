//! How a member is.

use storeproof_wire::{
    etcdserverpb::{DowngradeRequest, downgrade_request::DowngradeAction},
    health::{HealthCheckRequest, health_check_response::ServingStatus},
};
use tonic::Code;

use crate::{
    Case, Context, Fault, Need, Tier, Verdict, Wish, case, expect_eq, expect_that, phrase,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        it_names_a_version,
        "The status names a version of three numbers.",
        "MNT-01"
    ),
    case!(
        Tier::Kubernetes,
        it_tells_the_size,
        "The status tells how large the store is.",
        "MNT-01"
    ),
    case!(
        Tier::Parity,
        it_tells_who_leads_and_how_far_it_is,
        "The status tells the leader, the term, what was agreed on and applied, and how much of the file is in use.",
        "MNT-01"
    ),
    case!(
        Tier::Parity,
        a_member_that_serves_says_so,
        "The health service says that the server serves.",
        "MNT-07"
    ),
    case!(
        Tier::Version,
        a_downgrade_to_nonsense_is_refused,
        "A downgrade to what is no version is refused.",
        "MNT-08"
    )
    .needs(&[Need::OwnServer]),
];

async fn it_names_a_version(context: &Context) -> Verdict {
    let status = context.client().status().await?;
    let numbers = status.version.split(['-', '+']).next().unwrap_or_default();
    let numbers: Vec<&str> = numbers.split('.').collect();
    let holds = numbers.len() == 3 && numbers.iter().all(|number| number.parse::<u32>().is_ok());
    expect_that(
        holds,
        "the version is three numbers with dots between them",
        format!("it is {:?}", status.version),
    )
}

async fn it_tells_the_size(context: &Context) -> Verdict {
    context.create("a", "1").await?;
    let status = context.client().status().await?;
    expect_that(
        status.db_size > 0,
        "dbSize is above 0",
        format!("it is {}", status.db_size),
    )
}

async fn it_tells_who_leads_and_how_far_it_is(context: &Context) -> Verdict {
    let before = context.client().status().await?;
    for number in 0..5 {
        context.create(number.to_string(), "1").await?;
    }
    let status = context.client().status().await?;
    let (leader, index, applied) = (status.leader, status.raft_index, status.raft_applied_index);
    expect_that(leader != 0, "the leader has a number", "its number is 0")?;
    expect_that(status.raft_term > 0, "the term is above 0", "it is 0")?;
    expect_that(
        index >= before.raft_index + 5,
        format!(
            "raftIndex is at least {}, after five writes",
            before.raft_index + 5
        ),
        format!("it is {index}"),
    )?;
    expect_that(
        applied > 0 && applied <= index,
        format!("raftAppliedIndex is above 0, and not above raftIndex, {index}"),
        format!("it is {applied}"),
    )?;
    let (used, size) = (status.db_size_in_use, status.db_size);
    expect_that(
        used > 0 && used <= size,
        format!("dbSizeInUse is above 0, and not above dbSize, {size}"),
        format!("it is {used}"),
    )
}

async fn a_member_that_serves_says_so(context: &Context) -> Verdict {
    let client = context.client();
    let request = client.request(HealthCheckRequest::default());
    let answer = client
        .noted("health", client.health().check(request), |answer| {
            format!("{:?}", answer.status())
        })
        .await?;
    expect_eq("the status", answer.status(), ServingStatus::Serving)
}

/// etcd knows the request from 3.5 on.
async fn a_downgrade_to_nonsense_is_refused(context: &Context) -> Verdict {
    let owned = context.start(&Wish::default()).await?;
    let context = context.on(&*owned).await?;
    let client = context.client();
    let request = client.request(DowngradeRequest {
        action: DowngradeAction::Validate.into(),
        version: "nonsense".to_owned(),
    });
    let answer = client
        .noted(
            "downgrade to nonsense",
            client.maintenance().downgrade(request),
            |answer| answer.version.clone(),
        )
        .await;
    let verdict = match answer {
        Ok(_) => Err(Fault::failed("the downgrade is refused", "it is accepted")),
        Err(status) if status.code() == Code::InvalidArgument => Ok(()),
        Err(status) if status.code() == Code::Unimplemented => Err(status.into()),
        Err(status) => Err(Fault::failed(
            "the downgrade is refused as an invalid argument",
            format!("it is refused: {}", phrase::status(&status)),
        )),
    };
    owned.stop().await;
    verdict
}
