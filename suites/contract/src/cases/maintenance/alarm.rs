//! Alarms that a member raises, or that are raised for it.

use storeproof_wire::etcdserverpb::{AlarmMember, AlarmType, alarm_request::AlarmAction};
use tonic::Code;

use crate::{
    Case, Context, Need, Tier, Verdict, Wish, case, expect_eq, expect_refused, expect_that,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        a_healthy_server_has_none,
        "A healthy server has no alarms.",
        "MNT-05"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        one_is_listed_until_it_is_ended,
        "An alarm is listed, also in the status, until exactly that alarm of that member is ended.",
        "MNT-05 MNT-01"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        no_space_refuses_writes,
        "While there is no space left, writes are refused and reads are not.",
        "MNT-05 LIM-06"
    )
    .needs(&[Need::OwnServer]),
];

async fn all(context: &Context) -> Verdict<Vec<AlarmMember>> {
    let alarms = context.client().alarm(AlarmAction::Get, 0, AlarmType::None);
    Ok(alarms.await?)
}

async fn a_healthy_server_has_none(context: &Context) -> Verdict {
    let owned = context.start(&Wish::default()).await?;
    let context = context.on(&*owned).await?;
    expect_eq("the alarms", all(&context).await?, vec![])?;
    let errors = context.client().status().await?.errors;
    expect_eq("the errors in the status", errors, Vec::<String>::new())?;
    owned.stop().await;
    Ok(())
}

async fn one_is_listed_until_it_is_ended(context: &Context) -> Verdict {
    let owned = context.start(&Wish::default()).await?;
    let context = context.on(&*owned).await?;
    let client = context.client();
    let member = client.status().await?.header.unwrap_or_default().member_id;
    let raised = AlarmMember {
        member_id: member,
        alarm: AlarmType::Nospace.into(),
    };
    let answer = client
        .alarm(AlarmAction::Activate, member, AlarmType::Nospace)
        .await?;
    expect_eq("the alarm that is raised", answer, vec![raised])?;
    for (id, alarm) in [
        (0, AlarmType::None),
        (0, AlarmType::Nospace),
        (member, AlarmType::None),
        (member, AlarmType::Corrupt),
    ] {
        let answer = client.alarm(AlarmAction::Deactivate, id, alarm).await?;
        expect_eq("what the end of another alarm ends", answer, vec![])?;
        expect_eq("the alarms", all(&context).await?, vec![raised])?;
    }
    let errors = client.status().await?.errors;
    expect_that(
        errors.iter().any(|error| error.contains("alarm:NOSPACE")),
        "the status names the alarm: alarm:NOSPACE",
        format!("it names {errors:?}"),
    )?;
    let answer = client
        .alarm(AlarmAction::Deactivate, member, AlarmType::Nospace)
        .await?;
    expect_eq("the alarm that is ended", answer, vec![raised])?;
    expect_eq("the alarms", all(&context).await?, vec![])?;
    owned.stop().await;
    Ok(())
}

async fn no_space_refuses_writes(context: &Context) -> Verdict {
    let owned = context.start(&Wish::default()).await?;
    let context = context.on(&*owned).await?;
    let client = context.client();
    context.create("a", "1").await?;
    let member = client.status().await?.header.unwrap_or_default().member_id;
    client
        .alarm(AlarmAction::Activate, member, AlarmType::Nospace)
        .await?;
    expect_refused(
        client.txn(context.creating("b", "1")).await,
        Code::ResourceExhausted,
        "etcdserver: mvcc: database space exceeded",
    )?;
    expect_eq(
        "a key that is read",
        context.get("a").await?.is_some(),
        true,
    )?;
    client
        .alarm(AlarmAction::Deactivate, member, AlarmType::Nospace)
        .await?;
    context.create("b", "1").await?;
    owned.stop().await;
    Ok(())
}
