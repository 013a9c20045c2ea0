//! What a put can be told to leave as it is, or to answer with.

use bytes::Bytes;
use storeproof_wire::{etcdserverpb::PutRequest, mvccpb::KeyValue};
use tonic::Code;

use crate::{
    Case, Context, Need, Tier, Verdict, case, context::revision, expect_eq, expect_one,
    expect_refused, expect_steps,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        a_new_key_has_nothing_before_it,
        "A put that asks for the key before it gets none where there was none.",
        "PUT-04"
    ),
    case!(
        Tier::Parity,
        the_key_before_it_comes_whole,
        "A put that asks for the key before it gets the whole of it; one that does not gets none.",
        "PUT-04"
    ),
    case!(
        Tier::Parity,
        what_is_not_there_cannot_be_kept,
        "A put that keeps the value or the lease of a key that does not exist is refused.",
        "PUT-05"
    ),
    case!(
        Tier::Parity,
        what_is_kept_cannot_be_given,
        "A put that keeps the value and has one, or keeps the lease and has one, is refused.",
        "PUT-05"
    ),
    case!(
        Tier::Parity,
        the_value_is_kept,
        "A put that keeps the value keeps it, and is one revision and one version.",
        "PUT-05"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Parity,
        the_lease_is_kept,
        "A put that keeps the lease keeps it, and changes the value.",
        "PUT-05"
    ),
];

async fn a_new_key_has_nothing_before_it(context: &Context) -> Verdict {
    context.put("again", "1").await?;
    context.delete("again").await?;
    for name in ["new", "again"] {
        let request = PutRequest {
            prev_kv: true,
            ..context.putting(name, "1")
        };
        let answer = context.client().put(request).await?;
        expect_eq(&format!("prev_kv of {name}"), answer.prev_kv, None)?;
    }
    Ok(())
}

async fn the_key_before_it_comes_whole(context: &Context) -> Verdict {
    let lease = context.lease().await?;
    let leased = PutRequest {
        lease,
        ..context.putting("a", "1")
    };
    let created = context.client().put(leased).await?;
    let created = revision(created.header.as_ref())?;
    let asking = PutRequest {
        prev_kv: true,
        ..context.putting("a", "2")
    };
    let answer = context.client().put(asking).await?;
    let expected = KeyValue {
        key: context.key("a"),
        value: Bytes::from_static(b"1"),
        create_revision: created,
        mod_revision: created,
        version: 1,
        lease,
    };
    expect_eq("prev_kv", answer.prev_kv, Some(expected))?;
    let answer = context.client().put(context.putting("a", "3")).await?;
    expect_eq("prev_kv that was not asked for", answer.prev_kv, None)
}

fn keeping(
    context: &Context,
    value: &str,
    (ignore_value, ignore_lease): (bool, bool),
) -> PutRequest {
    PutRequest {
        ignore_value,
        ignore_lease,
        ..context.putting("a", value)
    }
}

const VALUE: (bool, bool) = (true, false);
const LEASE: (bool, bool) = (false, true);

async fn what_is_not_there_cannot_be_kept(context: &Context) -> Verdict {
    for request in [
        keeping(context, "", VALUE),
        keeping(context, "1", LEASE),
        keeping(context, "", (true, true)),
    ] {
        expect_refused(
            context.client().put(request).await,
            Code::InvalidArgument,
            "etcdserver: key not found",
        )?;
        expect_eq("the key", context.get("a").await?, None)?;
    }
    Ok(())
}

async fn what_is_kept_cannot_be_given(context: &Context) -> Verdict {
    let written = context.put("a", "1").await?;
    let lease = context.lease().await?;
    let both = PutRequest {
        lease,
        ..keeping(context, "2", LEASE)
    };
    for (request, message) in [
        (
            keeping(context, "2", VALUE),
            "etcdserver: value is provided",
        ),
        (both, "etcdserver: lease is provided"),
    ] {
        let answer = context.client().put(request).await;
        expect_refused(answer, Code::InvalidArgument, message)?;
    }
    let answer = context.client().range(context.one("a")).await?;
    expect_eq("mod_revision", expect_one(&answer)?.mod_revision, written)
}

async fn the_value_is_kept(context: &Context) -> Verdict {
    context.put("a", "1").await?;
    let before = context.revision().await?;
    let answer = context.client().put(keeping(context, "", VALUE)).await?;
    let written = revision(answer.header.as_ref())?;
    expect_steps("the revision of the put", before, written, 1)?;
    let answer = context.client().range(context.one("a")).await?;
    let kv = expect_one(&answer)?;
    expect_eq("the value", &kv.value[..], b"1")?;
    expect_eq("the version", kv.version, 2)?;
    expect_eq("mod_revision", kv.mod_revision, written)
}

async fn the_lease_is_kept(context: &Context) -> Verdict {
    let lease = context.lease().await?;
    let leased = PutRequest {
        lease,
        ..context.putting("a", "1")
    };
    context.client().put(leased).await?;
    context.client().put(keeping(context, "2", LEASE)).await?;
    let answer = context.client().range(context.one("a")).await?;
    let kv = expect_one(&answer)?;
    expect_eq("the lease", kv.lease, lease)?;
    expect_eq("the value", &kv.value[..], b"2")?;
    expect_eq("the version", kv.version, 2)
}
