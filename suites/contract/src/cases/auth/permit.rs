//! What a user may read, write and watch.

use storeproof_wire::etcdserverpb::{
    LeaseTimeToLiveRequest, PutRequest, RangeRequest, TxnRequest, WatchCreateRequest,
};
use tonic::{Code, Status};

use super::Guarded;
use crate::{
    Case, Context, Need, Tier, Verdict, Wish, case, expect_eq, expect_refused,
    transaction::{Operation, written_at},
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        a_role_opens_its_range_and_no_more,
        "A user reads, writes and deletes what a role opens; a range that reaches beyond is refused as a whole.",
        "AUT-04"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        transactions_are_looked_at_as_a_whole,
        "A transaction with an operation that is not permitted is refused, also in the branch that is not taken.",
        "AUT-04"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Version,
        a_lease_does_not_tell_its_keys,
        "Who may not read a key is not told of it by its lease.",
        "AUT-04"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        a_watch_is_canceled_and_its_stream_goes_on,
        "A watch that is not permitted is canceled at its creation, with the reason, and its stream goes on.",
        "AUT-05"
    )
    .needs(&[Need::OwnServer]),
];

fn expect_denied<T: std::fmt::Debug>(answer: Result<T, Status>) -> Verdict {
    expect_refused(
        answer,
        Code::PermissionDenied,
        "etcdserver: permission denied",
    )
}

async fn a_role_opens_its_range_and_no_more(context: &Context) -> Verdict {
    let guarded = Guarded::start(context, &Wish::default()).await?;
    let (context, user) = (&guarded.context, &guarded.user);
    let to = |end: &str| RangeRequest {
        range_end: context.key(end),
        ..context.one("a")
    };
    user.put(context.putting("a", "1")).await?;
    guarded.root.put(context.putting("z", "1")).await?;
    let read = user.range(context.one("a")).await?;
    expect_eq("count of the key that is permitted", read.count, 1)?;
    let read = user.range(to("b")).await?;
    expect_eq("count of the range that is permitted", read.count, 1)?;
    user.txn(context.creating("a/new", "1")).await?;
    for denied in [context.one("z"), to("c"), to("b\0"), context.all("")] {
        expect_denied(user.range(denied).await)?;
    }
    expect_denied(user.put(context.putting("z", "2")).await)?;
    expect_denied(user.put(context.putting("b", "2")).await)?;
    expect_denied(user.delete(context.deleting("z")).await)?;
    expect_denied(user.delete(context.deleting_all("")).await)?;
    user.delete(context.deleting("a")).await?;
    let left = guarded.root.range(context.all("")).await?;
    expect_eq("what is left", context.names(&left), vec!["a/new", "z"])?;
    guarded.owned.stop().await;
    Ok(())
}

async fn transactions_are_looked_at_as_a_whole(context: &Context) -> Verdict {
    let guarded = Guarded::start(context, &Wish::default()).await?;
    let (context, user) = (&guarded.context, &guarded.user);
    let permitted = context.putting("a", "1").operation();
    let holds = vec![written_at(&context.key("a"), 0)];
    for forbidden in [
        context.one("z").operation(),
        context.putting("z", "1").operation(),
        context.deleting("z").operation(),
    ] {
        let branches = [vec![permitted.clone()], vec![forbidden]];
        let [taken, untaken] = branches;
        for (success, failure) in [(untaken.clone(), taken.clone()), (taken, untaken)] {
            let request = TxnRequest {
                compare: holds.clone(),
                success,
                failure,
            };
            expect_denied(user.txn(request).await)?;
        }
    }
    let comparing = TxnRequest {
        compare: vec![written_at(&context.key("z"), 0)],
        ..context.creating("a", "1")
    };
    expect_denied(user.txn(comparing).await)?;
    let left = guarded.root.range(context.all("")).await?;
    expect_eq("what was written", context.names(&left), Vec::<&str>::new())?;
    guarded.owned.stop().await;
    Ok(())
}

/// etcd before 3.4.26 and 3.5.9 tells.
async fn a_lease_does_not_tell_its_keys(context: &Context) -> Verdict {
    let guarded = Guarded::start(context, &Wish::default()).await?;
    let request = storeproof_wire::etcdserverpb::LeaseGrantRequest { ttl: 3600, id: 0 };
    let lease = guarded.root.grant(request).await?.id;
    let put = PutRequest {
        lease,
        ..guarded.context.putting("z", "1")
    };
    guarded.root.put(put).await?;
    let user = &guarded.user;
    let request = user.request(LeaseTimeToLiveRequest {
        id: lease,
        keys: true,
    });
    let answer = user
        .noted(
            "time to live of the lease, with its keys",
            user.leases().lease_time_to_live(request),
            |answer| format!("{answer:?}"),
        )
        .await;
    expect_denied(answer)?;
    guarded.owned.stop().await;
    Ok(())
}

async fn a_watch_is_canceled_and_its_stream_goes_on(context: &Context) -> Verdict {
    let guarded = Guarded::start(context, &Wish::default()).await?;
    let context = &guarded.context;
    let watch = |name: &str| WatchCreateRequest {
        key: context.key(name),
        ..WatchCreateRequest::default()
    };
    let mut stream = guarded.user.watch(false).await?;
    stream.create(watch("z")).await?;
    let denied = stream.next().await?;
    expect_eq("created", denied.created, true)?;
    expect_eq("canceled", denied.canceled, true)?;
    expect_eq("watch_id", denied.watch_id, -1)?;
    expect_eq(
        "cancel_reason",
        &denied.cancel_reason[..],
        "rpc error: code = PermissionDenied desc = etcdserver: permission denied",
    )?;
    stream.create(watch("a")).await?;
    let permitted = stream.next().await?;
    expect_eq(
        "created of a watch that is permitted",
        permitted.created,
        true,
    )?;
    expect_eq(
        "canceled of a watch that is permitted",
        permitted.canceled,
        false,
    )?;
    guarded.root.put(context.putting("z", "1")).await?;
    guarded.root.put(context.putting("a", "1")).await?;
    let told = crate::context::events(&mut stream).await?;
    let told: Vec<_> = told.into_iter().filter_map(|event| event.kv).collect();
    let told: Vec<_> = told.into_iter().map(|kv| kv.key).collect();
    expect_eq("what the stream tells", told, vec![context.key("a")])?;
    guarded.owned.stop().await;
    Ok(())
}
