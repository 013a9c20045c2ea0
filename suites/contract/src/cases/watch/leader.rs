use std::time::Duration;

use tonic::Code;

use crate::{
    Case, Context, Need, Tier, Verdict, WatchStream, Wish, breaking::kill, case, client::Elapsed,
    expect_eq, expect_that, phrase, seen::Seen,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        asking_for_a_leader_is_accepted,
        "A stream that asks for a leader is like any other where there is one.",
        "WCH-18"
    ),
    case!(
        Tier::Kubernetes,
        without_a_leader_streams_that_ask_for_one_end,
        "Without a leader a new stream that asks for one is refused and an open one ends; one that does not ask stays.",
        "WCH-18"
    )
    .needs(&[Need::OwnCluster, Need::Control]),
];

const NO_LEADER: &str = "etcdserver: no leader";

/// Three election timeouts and a tick, at the longest timeout that servers are started with by default (1 s), and as much
/// again for a slow machine.
const NOTICED: Duration = Duration::from_secs(8);

/// How long silence is listened to, once another stream has ended.
const SILENCE: Duration = Duration::from_millis(300);

async fn asking_for_a_leader_is_accepted(context: &Context) -> Verdict {
    for has_leader in [true, false] {
        let mut stream = context.client().watch(has_leader).await?;
        stream.created(context.watch_one("a")).await?;
        let written = context.write("a", "1").await?;
        let events = context.seen(&stream.next().await?.events);
        expect_eq("what the watch sees", events, vec![Seen::put("a", written)])?;
    }
    Ok(())
}

async fn without_a_leader_streams_that_ask_for_one_end(context: &Context) -> Verdict {
    let wish = Wish {
        cluster: true,
        control: true,
        ..Wish::default()
    };
    let (owned, context) = context.own(&wish).await?;
    let mut asks = context.stream().await?;
    asks.created(context.watch_one("a")).await?;
    let mut plain = context.client().watch(false).await?;
    plain.created(context.watch_one("a")).await?;
    for member in [1, 2] {
        kill(&*owned, member).await?;
    }
    no_leader(asks.next_within(NOTICED).await, "the open stream")?;
    let refused = match context.client().watch(true).await {
        Err(status) => Ok(Some(Err(status))),
        Ok(mut opened) => opened.next_within(NOTICED).await,
    };
    no_leader(refused, "the new stream")?;
    stays(&mut plain).await?;
    owned.stop().await;
    Ok(())
}

type Came =
    Result<Option<Result<storeproof_wire::etcdserverpb::WatchResponse, tonic::Status>>, Elapsed>;

fn no_leader(came: Came, which: &str) -> Verdict {
    let observed = match came {
        Ok(Some(Err(status))) => phrase::status(&status),
        Ok(Some(Ok(answer))) => phrase::watched(&answer),
        Ok(None) => "the end without an error".to_owned(),
        Err(Elapsed(limit)) => format!("nothing within {limit:?}"),
    };
    let expected = format!("{:?} {NO_LEADER:?}", Code::Unavailable);
    expect_eq(&format!("what {which} brings"), observed, expected)
}

async fn stays(stream: &mut WatchStream) -> Verdict {
    let came = stream.next_within(SILENCE).await;
    expect_that(
        matches!(came, Err(Elapsed(_))),
        "the stream that does not ask for a leader stays open and says nothing",
        "it says something or ends",
    )
}
