use std::time::Duration;

use futures::{StreamExt, stream};
use storeproof_wire::etcdserverpb::{
    LeaseKeepAliveRequest, LeaseKeepAliveResponse, LeaseTimeToLiveRequest, LeaseTimeToLiveResponse,
};
use tokio::{sync::mpsc, time::sleep, time::timeout};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use crate::{
    Case, Client, Context, Fault, Need, Tier, Verdict, Wish, case, expect_eq, expect_that, limits,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        its_remaining_time_can_be_asked_for,
        "A lease tells its remaining and its granted time, and its keys only where they are asked for.",
        "LSE-08"
    ),
    case!(
        Tier::Parity,
        a_lease_that_is_not_there_has_a_negative_time,
        "The remaining time of a lease that was never granted or was revoked is -1, which is no error.",
        "LSE-08"
    ),
    case!(
        Tier::Parity,
        a_key_has_one_lease_only,
        "A key that is written with another lease, or with none, leaves the list of keys of its lease.",
        "LSE-08 PUT-07"
    ),
    case!(
        Tier::Parity,
        it_begins_its_time_anew,
        "Every request to keep a lease is answered once, and the lease's time begins anew.",
        "LSE-09"
    ),
    case!(
        Tier::Parity,
        what_is_not_there_is_kept_for_no_time,
        "A request to keep a lease that is not there is answered with a time of 0, and the stream goes on.",
        "LSE-09"
    ),
    case!(
        Tier::Parity,
        every_member_keeps_leases,
        "A lease can be kept through every member.",
        "LSE-09"
    )
    .needs(&[Need::OwnCluster]),
];

async fn its_remaining_time_can_be_asked_for(context: &Context) -> Verdict {
    let lease = context.grant(600).await?;
    for name in ["a", "b"] {
        context.put_leased(name, "1", lease).await?;
    }
    let answer = time_to_live(context.client(), lease, true).await?;
    let told = (answer.id, answer.granted_ttl);
    expect_eq("(id, granted time)", told, (lease, 600))?;
    expect_that(
        (590..=600).contains(&answer.ttl),
        "the remaining time lies in 590..=600 s",
        format!("it is {} s", answer.ttl),
    )?;
    let mut keys = answer.keys;
    keys.sort();
    let expected = vec![context.key("a"), context.key("b")];
    expect_eq("the keys", keys, expected)?;
    let answer = time_to_live(context.client(), lease, false).await?;
    expect_eq("the number of keys nobody asked for", answer.keys.len(), 0)
}

async fn a_lease_that_is_not_there_has_a_negative_time(context: &Context) -> Verdict {
    let revoked = context.grant(60).await?;
    super::revoke::revoke(context, revoked).await?;
    for lease in [revoked, i64::MAX - 1] {
        let answer = time_to_live(context.client(), lease, true).await?;
        let told = (answer.id, answer.ttl, answer.granted_ttl);
        expect_eq("(id, remaining, granted time)", told, (lease, -1, 0))?;
    }
    Ok(())
}

async fn a_key_has_one_lease_only(context: &Context) -> Verdict {
    let (first, second) = (context.grant(600).await?, context.grant(600).await?);
    for name in ["a", "b", "c"] {
        context.put_leased(name, "1", first).await?;
    }
    context.put_leased("a", "2", second).await?;
    context.put("b", "2").await?;
    for (lease, name) in [(first, "c"), (second, "a")] {
        let answer = time_to_live(context.client(), lease, true).await?;
        expect_eq("the lease's keys", answer.keys, vec![context.key(name)])?;
    }
    Ok(())
}

/// The time that passes is what is tested: it must show in the remaining time before, and be gone from it after.
async fn it_begins_its_time_anew(context: &Context) -> Verdict {
    let lease = context.grant(600).await?;
    sleep(Duration::from_millis(2100)).await;
    let before = time_to_live(context.client(), lease, false).await?.ttl;
    expect_that(
        (590..=598).contains(&before),
        "two seconds after the grant the remaining time lies in 590..=598 s",
        format!("it is {before} s"),
    )?;
    let (mut keeping, mut answer) = Keeping::open(context.client(), lease).await?;
    for _ in 0..3 {
        let told = (answer.id, answer.ttl);
        expect_eq("(id, time)", told, (lease, 600))?;
        answer = keeping.keep(lease).await?;
    }
    let after = time_to_live(context.client(), lease, false).await?.ttl;
    expect_that(
        after > before,
        format!("the remaining time grows from {before} s"),
        format!("it is {after} s"),
    )
}

async fn what_is_not_there_is_kept_for_no_time(context: &Context) -> Verdict {
    let lease = context.grant(600).await?;
    let unknown = i64::MAX - 1;
    let (mut keeping, answer) = Keeping::open(context.client(), unknown).await?;
    expect_eq("(id, time)", (answer.id, answer.ttl), (unknown, 0))?;
    let answer = keeping.keep(lease).await?;
    expect_eq("(id, time)", (answer.id, answer.ttl), (lease, 600))
}

async fn every_member_keeps_leases(context: &Context) -> Verdict {
    let wish = Wish {
        cluster: true,
        shared: true,
        ..Wish::default()
    };
    let (owned, context) = context.own(&wish).await?;
    let lease = context.grant(600).await?;
    for member in 0..context.members() {
        let client = context.connect(member).await?;
        let (_, answer) = Keeping::open(&client, lease).await?;
        let what = format!("(id, time) through member {member}");
        expect_eq(&what, (answer.id, answer.ttl), (lease, 600))?;
    }
    owned.stop().await;
    Ok(())
}

/// Asks for the remaining time of a lease.
pub(in crate::cases) async fn time_to_live(
    client: &Client,
    id: i64,
    keys: bool,
) -> Result<LeaseTimeToLiveResponse, Status> {
    let mut leases = client.leases();
    let answer = leases.lease_time_to_live(client.request(LeaseTimeToLiveRequest { id, keys }));
    let told = |answer: &LeaseTimeToLiveResponse| format!("{} s", answer.ttl);
    let asked = format!("time of lease {id}");
    client.noted(asked, answer, told).await
}

/// What one request to keep a lease ends with, as the server says it.
pub(in crate::cases) async fn kept(
    client: &Client,
    id: i64,
) -> Result<LeaseKeepAliveResponse, Status> {
    let mut leases = client.leases();
    let once = stream::iter([LeaseKeepAliveRequest { id }]).chain(stream::pending());
    let asked = format!("keep lease {id}");
    let told = |_: &Streaming<_>| "answering".to_owned();
    let opened = leases.lease_keep_alive(client.request(once));
    let mut answers = client.noted(asked, opened, told).await?;
    let answer = timeout(limits::REQUEST, answers.message()).await;
    let late = |_| Status::deadline_exceeded("a request to keep a lease was not answered");
    answer
        .map_err(late)??
        .ok_or_else(|| Status::unknown("the stream ended"))
}

/// A stream on which leases are kept.
pub(super) struct Keeping {
    requests: mpsc::Sender<LeaseKeepAliveRequest>,
    answers: Streaming<LeaseKeepAliveResponse>,
}

impl Keeping {
    /// Opens the stream with its first request, without which no server answers it.
    pub(super) async fn open(client: &Client, id: i64) -> Verdict<(Self, LeaseKeepAliveResponse)> {
        let (requests, receiver) = mpsc::channel(1);
        let first = stream::iter([LeaseKeepAliveRequest { id }]);
        let all = first.chain(ReceiverStream::new(receiver));
        let mut leases = client.leases();
        let opened = leases.lease_keep_alive(client.request(all));
        let asked = format!("keep lease {id}");
        let answers = client
            .noted(asked, opened, |_| "answering".to_owned())
            .await?;
        let mut keeping = Self { requests, answers };
        let answer = keeping.next().await?;
        Ok((keeping, answer))
    }

    /// Asks once more and reads the answer.
    pub(super) async fn keep(&mut self, id: i64) -> Verdict<LeaseKeepAliveResponse> {
        let sent = self.requests.send(LeaseKeepAliveRequest { id }).await;
        sent.map_err(|_| Self::ended())?;
        self.next().await
    }

    async fn next(&mut self) -> Verdict<LeaseKeepAliveResponse> {
        let answer = timeout(limits::EVENT, self.answers.message()).await;
        let late = |_| Fault::failed("a request to keep a lease is answered", "no answer comes");
        answer.map_err(late)??.ok_or_else(Self::ended)
    }

    fn ended() -> Fault {
        Fault::failed("the stream that keeps leases goes on", "it ends")
    }
}
