//! Where ranges begin and end.

use bytes::Bytes;
use storeproof_wire::etcdserverpb::RangeRequest;

use crate::{Case, Context, Tier, Verdict, case, expect_eq, expect_that};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        the_end_does_not_belong_to_it,
        "A range holds its first key and not its end.",
        "RNG-04"
    ),
    case!(
        Tier::Kubernetes,
        neighbours_do_not_belong_to_a_prefix,
        "A list of a prefix holds nothing of keys that only begin alike.",
        "RNG-04"
    ),
    case!(
        Tier::Parity,
        a_zero_byte_as_end_is_the_end_of_the_store,
        "A range that ends at a zero byte goes on to the end of the store.",
        "RNG-05"
    ),
    case!(
        Tier::Parity,
        two_zero_bytes_are_the_whole_store,
        "A range from a zero byte to a zero byte is the whole store.",
        "RNG-06"
    ),
    case!(
        Tier::Parity,
        a_range_that_ends_before_it_begins_is_empty,
        "A range that ends at its beginning or before is empty.",
        "RNG-07"
    ),
    case!(
        Tier::Parity,
        nothing_follows_the_highest_bytes,
        "A prefix of the highest bytes goes on to the end of the store.",
        "RNG-08"
    ),
];

fn between(context: &Context, from: &str, to: &str) -> RangeRequest {
    RangeRequest {
        range_end: context.key(to),
        ..context.one(from)
    }
}

async fn the_end_does_not_belong_to_it(context: &Context) -> Verdict {
    for name in ["a", "b", "b\0", "c", "d"] {
        context.create(name, "1").await?;
    }
    let expected: [(&str, &str, &[&str]); 4] = [
        ("b", "d", &["b", "b\\x00", "c"]),
        ("b", "b\0", &["b"]),
        ("b\0", "c", &["b\\x00"]),
        ("bb", "cc", &["c"]),
    ];
    for (from, to, expected) in expected {
        let answer = context.client().range(between(context, from, to)).await?;
        let what = format!("the range from {from:?} to {to:?}");
        expect_eq(&what, context.names(&answer), expected.to_vec())?;
        let count = usize::try_from(answer.count).unwrap_or(0);
        expect_eq(&format!("count of {what}"), count, expected.len())?;
    }
    Ok(())
}

async fn neighbours_do_not_belong_to_a_prefix(context: &Context) -> Verdict {
    for name in [
        "pods", "pods/", "pods/a", "pods/b/c", "pods0", "pods2/a", "podsx/a", "pod/a",
    ] {
        context.create(name, "1").await?;
    }
    let answer = context.client().range(context.all("pods/")).await?;
    let expected = vec!["pods/", "pods/a", "pods/b/c"];
    expect_eq("what lies below pods/", context.names(&answer), expected)?;
    expect_eq("count", answer.count, 3)
}

/// A key that lies behind those of all cases, and is the case's own.
fn highest(context: &Context, name: &str) -> Bytes {
    [b"\xff\xff", &context.key(name)[..]].concat().into()
}

async fn create(context: &Context, key: &Bytes) -> Verdict {
    let mut put = context.putting("", "1");
    put.key = key.clone();
    context.client().put(put).await?;
    Ok(())
}

/// What a range holds of the keys that are asked for.
async fn held(context: &Context, request: RangeRequest, keys: &[Bytes]) -> Verdict<Vec<bool>> {
    let request = RangeRequest {
        keys_only: true,
        ..request
    };
    let answer = context.client().range(request).await?;
    let holds = |key: &Bytes| answer.kvs.iter().any(|kv| kv.key == key);
    Ok(keys.iter().map(holds).collect())
}

async fn a_zero_byte_as_end_is_the_end_of_the_store(context: &Context) -> Verdict {
    context.create("a", "1").await?;
    context.create("b", "1").await?;
    let last = highest(context, "z");
    create(context, &last).await?;
    let request = RangeRequest {
        range_end: Bytes::from_static(b"\0"),
        ..context.one("b")
    };
    let keys = [context.key("a"), context.key("b"), last];
    let observed = held(context, request, &keys).await?;
    let what = "whether the range from b on holds a, b and one of the highest keys";
    expect_eq(what, observed, vec![false, true, true])
}

async fn two_zero_bytes_are_the_whole_store(context: &Context) -> Verdict {
    context.create("a", "1").await?;
    let first: Bytes = [b"\0", &context.key("a")[..]].concat().into();
    let last = highest(context, "z");
    for key in [&first, &last] {
        create(context, key).await?;
    }
    let request = RangeRequest {
        key: Bytes::from_static(b"\0"),
        range_end: Bytes::from_static(b"\0"),
        ..RangeRequest::default()
    };
    let observed = held(context, request, &[first, context.key("a"), last]).await?;
    let what = "whether the whole store holds a low key, the case's own, and a high one";
    expect_eq(what, observed, vec![true, true, true])
}

async fn a_range_that_ends_before_it_begins_is_empty(context: &Context) -> Verdict {
    for name in ["a", "b", "c"] {
        context.create(name, "1").await?;
    }
    for (from, to) in [("c", "a"), ("b", "b"), ("b\0", "b")] {
        let answer = context.client().range(between(context, from, to)).await?;
        let what = format!("the range from {from:?} to {to:?}");
        expect_eq(&what, context.names(&answer), Vec::<&str>::new())?;
        expect_eq(&format!("count of {what}"), answer.count, 0)?;
    }
    Ok(())
}

async fn nothing_follows_the_highest_bytes(context: &Context) -> Verdict {
    expect_that(
        Context::end_of(b"\xff\xff") == b"\0"[..],
        "the end of the highest prefix is a zero byte",
        "it is not",
    )?;
    let (low, high) = (context.key("a"), highest(context, "z"));
    for key in [&low, &high] {
        create(context, key).await?;
    }
    let request = RangeRequest {
        key: Bytes::from_static(b"\xff\xff"),
        range_end: Bytes::from_static(b"\0"),
        ..RangeRequest::default()
    };
    let observed = held(context, request, &[low, high]).await?;
    let what = "whether the highest prefix holds a low key and a high one";
    expect_eq(what, observed, vec![false, true])
}
