//! Puts and the leases of their keys.

use bytes::Bytes;
use storeproof_wire::etcdserverpb::{LeaseTimeToLiveRequest, PutRequest};
use tonic::Code;

use crate::{Case, Context, Tier, Verdict, case, expect_eq, expect_refused};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        an_unknown_one_is_refused,
        "A put with a lease that does not exist is refused, and writes nothing.",
        "PUT-06"
    ),
    case!(
        Tier::Parity,
        a_put_without_one_takes_it_away,
        "A put without a lease takes that of the key away.",
        "PUT-07"
    ),
    case!(
        Tier::Parity,
        a_put_with_another_moves_the_key,
        "A put with another lease moves the key to that one.",
        "PUT-07"
    ),
];

async fn put(context: &Context, lease: i64) -> Verdict {
    let request = PutRequest {
        lease,
        ..context.putting("a", "1")
    };
    context.client().put(request).await?;
    let kv = context.get("a").await?.unwrap_or_default();
    expect_eq("the lease of the key", kv.lease, lease)
}

async fn expect_keys(context: &Context, lease: i64, keys: &[Bytes]) -> Verdict {
    let client = context.client();
    let request = client.request(LeaseTimeToLiveRequest {
        id: lease,
        keys: true,
    });
    let answer = client
        .noted(
            format!("time to live of lease {lease}"),
            client.leases().lease_time_to_live(request),
            |answer| format!("{} s, keys {:?}", answer.ttl, answer.keys),
        )
        .await?;
    expect_eq(
        &format!("the keys of lease {lease}"),
        answer.keys,
        keys.to_vec(),
    )
}

async fn an_unknown_one_is_refused(context: &Context) -> Verdict {
    let request = PutRequest {
        lease: 0x7eed_1e55,
        ..context.putting("a", "1")
    };
    expect_refused(
        context.client().put(request).await,
        Code::NotFound,
        "etcdserver: requested lease not found",
    )?;
    expect_eq("the key", context.get("a").await?, None)
}

async fn a_put_without_one_takes_it_away(context: &Context) -> Verdict {
    let lease = context.lease().await?;
    put(context, lease).await?;
    expect_keys(context, lease, &[context.key("a")]).await?;
    put(context, 0).await?;
    expect_keys(context, lease, &[]).await
}

async fn a_put_with_another_moves_the_key(context: &Context) -> Verdict {
    let (first, second) = (context.lease().await?, context.lease().await?);
    put(context, first).await?;
    put(context, second).await?;
    expect_keys(context, first, &[]).await?;
    expect_keys(context, second, &[context.key("a")]).await
}
