use std::time::Duration;

use futures::future::join4;
use storeproof_wire::etcdserverpb::{LeaseGrantRequest, RangeRequest};
use tokio::time::{sleep, timeout};
use tonic::{Code, Status};

use crate::{
    Case, Client, Context, Fault, Need, Tier, Verdict, Wish,
    breaking::{heal, kill},
    case, expect_eq, expect_that, limits, phrase,
    seen::Seen,
    shape,
    transaction::doing,
};

/// Between questions whether a member has noticed something.
const PAUSE: Duration = Duration::from_millis(50);

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        what_one_member_wrote_every_other_reads,
        "What was written through one member is read through every other one at once.",
        "CLU-05"
    )
    .needs(&[Need::OwnCluster]),
    case!(
        Tier::Kubernetes,
        every_member_tells_the_same_changes,
        "Watches through all members tell the same changes in the same order.",
        "CLU-05"
    )
    .needs(&[Need::OwnCluster]),
    case!(
        Tier::Kubernetes,
        without_a_majority_nothing_is_promised,
        "Without a majority local reads are answered; other requests end with an error that leaves open what became of them, \
         and what was written afterwards is consistent.",
        "CLU-06"
    )
    .needs(&[Need::OwnCluster, Need::Control]),
    case!(
        Tier::Parity,
        without_a_majority_members_are_still_listed,
        "Without a majority a member still lists the members it knows, and keeps no lease.",
        "CLU-01 LSE-09"
    )
    .needs(&[Need::OwnCluster, Need::Control]),
];

async fn what_one_member_wrote_every_other_reads(context: &Context) -> Verdict {
    let (owned, context) = context.own(&cluster(false)).await?;
    let mut clients = Vec::new();
    for member in 0..context.members() {
        clients.push(context.connect(member).await?);
    }
    for round in 0..30_usize {
        let value = round.to_string();
        let put = shape::put(&context.key("a"), value.clone(), 0);
        for (member, client) in clients.iter().enumerate() {
            if member == round % clients.len() {
                client.txn(doing([put.clone()])).await?;
            }
        }
        for (member, client) in clients.iter().enumerate() {
            let kvs = client.range(context.one("a")).await?.kvs;
            let read = kvs.first().map(|kv| kv.value.escape_ascii().to_string());
            let what = format!("what is read through member {member}");
            expect_eq(&what, read, Some(value.clone()))?;
        }
    }
    owned.stop().await;
    Ok(())
}

async fn every_member_tells_the_same_changes(context: &Context) -> Verdict {
    let (owned, context) = context.own(&cluster(false)).await?;
    let (mut streams, mut clients) = (Vec::new(), Vec::new());
    for member in 0..context.members() {
        let client = context.connect(member).await?;
        let mut stream = client.watch(true).await?;
        let id = stream.created(context.watch_all("")).await?.watch_id;
        streams.push(crate::watching::Watch { stream, id });
        clients.push(client);
    }
    let mut expected = Vec::new();
    for (round, client) in (0..60).zip(clients.iter().cycle()) {
        let name = format!("a{}", round % 5);
        let put = shape::put(&context.key(&name), round.to_string(), 0);
        let answer = client.txn(doing([put])).await?;
        let written = crate::context::revision(answer.header.as_ref())?;
        expected.push(Seen::put(name, written));
    }
    let fence = context.put("fence", "1").await?;
    expected.push(Seen::put("fence", fence));
    for (member, watch) in streams.iter_mut().enumerate() {
        let seen = context.seen(&watch.events_until(fence).await?);
        let what = format!("what the watch through member {member} sees");
        expect_eq(&what, seen, expected.clone())?;
    }
    owned.stop().await;
    Ok(())
}

/// Which of three errors a write ends with differs between releases: 3.4 sends the second code, 3.5 the first, and others are
/// known to send the third. All leave open whether it happens.
async fn without_a_majority_nothing_is_promised(context: &Context) -> Verdict {
    let (owned, context) = context.own(&cluster(true)).await?;
    let written = context.put("a", "1").await?;
    for member in [1, 2] {
        kill(&*owned, member).await?;
    }
    let client = context.client();
    let local = RangeRequest {
        serializable: true,
        ..context.one("a")
    };
    let kvs = client.range(local).await?.kvs;
    let expected = format!("[{}@{written}]", phrase::bytes(&context.key("a")));
    expect_eq("what is read locally", phrase::key_values(&kvs), expected)?;
    let put = |name: &str| doing([shape::put(&context.key(name), "2", 0)]);
    let (read, one, two, lease) = join4(
        client.range(context.one("a")),
        client.txn(put("a")),
        client.txn(put("b")),
        client.grant(LeaseGrantRequest { ttl: 60, id: 0 }),
    )
    .await;
    let (passed, late) = ("context deadline exceeded", "etcdserver: request timed out");
    let unknown = [
        (Code::DeadlineExceeded, passed),
        (Code::Unknown, passed),
        (Code::Unavailable, late),
    ];
    ends_with("a read", read.err(), &[(Code::Unavailable, late)])?;
    ends_with("a write", one.err(), &unknown)?;
    ends_with("a write", two.err(), &unknown)?;
    ends_with("granting a lease", lease.err(), &unknown)?;
    heal(&*owned).await?;
    consistent(&context.on(&*owned).await?, written).await?;
    owned.stop().await;
    Ok(())
}

/// The key that was written at `written` is as it was, or as a write of "2" left it; and the revision goes on.
async fn consistent(context: &Context, written: i64) -> Verdict {
    let healed = context.put("c", "1").await?;
    expect_that(
        healed > written,
        "the revision goes on",
        format!("it is {healed}"),
    )?;
    let kv = context.get("a").await?.unwrap_or_default();
    let told = (kv.version, &kv.value[..]);
    expect_that(
        told == (1, b"1") || told == (2, b"2"),
        "the key is as it was, or as the write that timed out left it",
        format!("(version, value) is {told:?}"),
    )
}

async fn without_a_majority_members_are_still_listed(context: &Context) -> Verdict {
    let (owned, context) = context.own(&cluster(true)).await?;
    let lease = context.grant(600).await?;
    for member in [1, 2] {
        kill(&*owned, member).await?;
    }
    let listed = super::member::list(context.client(), false).await?;
    expect_eq("the number of members", listed.members.len(), 3)?;
    until_there_is_no_leader(context.client()).await?;
    let kept = crate::cases::lease::renewal::kept(context.client(), lease).await;
    let no_leader = [(Code::Unavailable, "etcdserver: no leader")];
    ends_with("keeping a lease", kept.err(), &no_leader)?;
    owned.stop().await;
    Ok(())
}

/// A leader that has lost its followers goes on for an election timeout before it knows.
async fn until_there_is_no_leader(client: &Client) -> Verdict {
    let leaderless = async {
        while client.status().await?.leader != 0 {
            sleep(PAUSE).await;
        }
        Ok(())
    };
    timeout(limits::REQUEST, leaderless)
        .await
        .unwrap_or_else(|_| {
            Err(Fault::failed(
                "a member without a majority says that it has no leader",
                format!("it names one after {:?}", limits::REQUEST),
            ))
        })
}

fn cluster(control: bool) -> Wish {
    Wish {
        cluster: true,
        control,
        shared: !control,
        ..Wish::default()
    }
}

fn ends_with(what: &str, status: Option<Status>, expected: &[(Code, &str)]) -> Verdict {
    let expected: Vec<String> = expected
        .iter()
        .map(|(code, message)| format!("{code:?} {message:?}"))
        .collect();
    let observed = status.map_or_else(|| "success".to_owned(), |status| phrase::status(&status));
    if expected.contains(&observed) {
        return Ok(());
    }
    Err(Fault::failed(
        format!("{what} ends with {}", expected.join(" or ")),
        format!("it ends with {observed}"),
    ))
}
