//! How much a server may store.

use storeproof_wire::etcdserverpb::{
    AlarmType, CompactionRequest, LeaseGrantRequest, TxnRequest, alarm_request::AlarmAction,
};
use tonic::{Code, Status};

use crate::{
    Case, Context, Fault, Need, Tier, Verdict, Wish, case,
    context::revision,
    expect_eq, expect_refused, expect_that,
    transaction::{Operation, written_at},
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        a_full_server_refuses_what_grows,
        "A server that is full refuses puts, transactions with a put in either branch, and leases.",
        "LIM-06"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        a_full_server_can_be_emptied,
        "A server that is full can be read, deleted from, compacted and defragmented; it refuses writes until its alarm is ended.",
        "LIM-06"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        there_are_two_gib,
        "A server that was told nothing stores 2 GiB: it says so, or does not say.",
        "LIM-07"
    )
    .needs(&[Need::OwnServer]),
];

const FULL: &str = "etcdserver: mvcc: database space exceeded";

fn expect_full<T: std::fmt::Debug>(answer: Result<T, Status>) -> Verdict {
    expect_refused(answer, Code::ResourceExhausted, FULL)
}

fn small() -> Wish {
    Wish {
        flags: vec!["--quota-backend-bytes=4194304".to_owned()],
        ..Wish::default()
    }
}

/// Writes until the server refuses; 4 MiB are what it has.
async fn fill(context: &Context) -> Verdict {
    let value = vec![b'v'; 100_000];
    for number in 0..200 {
        let request = context.creating(format!("fill/{number:03}"), &value);
        match context.client().txn(request).await {
            Ok(_) => {}
            refused => return expect_full(refused),
        }
    }
    Err(Fault::failed(
        "a server that may store 4 MiB refuses 20 MB",
        "it takes all of them",
    ))
}

async fn a_full_server_refuses_what_grows(context: &Context) -> Verdict {
    let owned = context.start(&small()).await?;
    let context = context.on(&*owned).await?;
    let client = context.client();
    fill(&context).await?;
    expect_full(client.put(context.putting("a", "1")).await)?;
    let put = context.putting("a", "1").operation();
    let read = context.one("a").operation();
    let holds = vec![written_at(&context.key("never"), 0)];
    for (success, failure) in [
        (vec![put.clone()], vec![read.clone()]),
        (vec![read], vec![put]),
    ] {
        let request = TxnRequest {
            compare: holds.clone(),
            success,
            failure,
        };
        expect_full(client.txn(request).await)?;
    }
    let lease = LeaseGrantRequest { ttl: 60, id: 0 };
    expect_full(client.grant(lease).await)?;
    owned.stop().await;
    Ok(())
}

async fn a_full_server_can_be_emptied(context: &Context) -> Verdict {
    let owned = context.start(&small()).await?;
    let context = context.on(&*owned).await?;
    let client = context.client();
    fill(&context).await?;
    let held = client.range(context.all("fill/")).await?;
    expect_that(
        held.count > 0,
        "what was written can be read",
        "nothing is read",
    )?;
    let deletion = client.delete(context.deleting_all("fill/")).await?;
    expect_eq("deleted", deletion.deleted, held.count)?;
    let deleted = revision(deletion.header.as_ref())?;
    let compaction = CompactionRequest {
        revision: deleted,
        physical: true,
    };
    client.compact(compaction).await?;
    client.defragment().await?;
    expect_full(client.put(context.putting("a", "1")).await)?;
    for alarm in client.alarm(AlarmAction::Get, 0, AlarmType::None).await? {
        client
            .alarm(AlarmAction::Deactivate, alarm.member_id, alarm.alarm())
            .await?;
    }
    client.put(context.putting("a", "1")).await?;
    owned.stop().await;
    Ok(())
}

/// etcd says so from 3.6 on; before that the status has nothing about it.
async fn there_are_two_gib(context: &Context) -> Verdict {
    let owned = context.start(&Wish::default()).await?;
    let context = context.on(&*owned).await?;
    let quota = context.client().status().await?.db_size_quota;
    owned.stop().await;
    expect_that(
        quota == 0 || quota == 2 << 30,
        "dbSizeQuota is 2147483648, or is not told",
        format!("it is {quota}"),
    )
}
