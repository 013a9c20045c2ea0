//! Answers that leave something out.

use bytes::Bytes;
use storeproof_wire::{etcdserverpb::RangeRequest, mvccpb::KeyValue};

use crate::{Case, Context, Feature, Tier, Verdict, case, expect_eq};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        a_count_has_no_keys,
        "A count of a range counts everything whatever the limit, and holds no key.",
        "RNG-14"
    ),
    case!(
        Tier::Kubernetes,
        a_count_of_one_key_has_no_key,
        "A count of one key is one or nothing, and holds no key.",
        "RNG-14"
    ),
    case!(
        Tier::NewerKubernetes(Feature::KeysOnly),
        keys_alone_have_no_values,
        "Keys alone come without their values, and with everything else.",
        "RNG-15"
    ),
    case!(
        Tier::Parity,
        a_count_of_keys_alone_is_a_count,
        "A count of keys alone is a count.",
        "RNG-16"
    ),
];

async fn three(context: &Context) -> Verdict<Vec<i64>> {
    let mut revisions = Vec::new();
    for name in ["p/a", "p/b", "p/c"] {
        revisions.push(context.create(name, "some value").await?);
    }
    Ok(revisions)
}

async fn expect_count(context: &Context, request: RangeRequest, expected: i64) -> Verdict {
    let answer = context.client().range(request).await?;
    expect_eq("count", answer.count, expected)?;
    expect_eq("the keys", context.names(&answer), Vec::<&str>::new())?;
    expect_eq("more", answer.more, false)
}

async fn a_count_has_no_keys(context: &Context) -> Verdict {
    three(context).await?;
    for limit in [0, 1, 2, 3, 10] {
        let request = RangeRequest {
            limit,
            count_only: true,
            ..context.all("p/")
        };
        expect_count(context, request, 3).await?;
    }
    let empty = RangeRequest {
        count_only: true,
        ..context.all("none/")
    };
    expect_count(context, empty, 0).await
}

async fn a_count_of_one_key_has_no_key(context: &Context) -> Verdict {
    three(context).await?;
    for (name, expected) in [("p/a", 1), ("missing", 0)] {
        let request = RangeRequest {
            count_only: true,
            ..context.one(name)
        };
        expect_count(context, request, expected).await?;
    }
    Ok(())
}

async fn keys_alone_have_no_values(context: &Context) -> Verdict {
    let written = three(context).await?;
    let request = RangeRequest {
        keys_only: true,
        ..context.all("p/")
    };
    let answer = context.client().range(request).await?;
    let expected: Vec<KeyValue> = ["p/a", "p/b", "p/c"]
        .into_iter()
        .zip(written)
        .map(|(name, revision)| KeyValue {
            key: context.key(name),
            create_revision: revision,
            mod_revision: revision,
            version: 1,
            value: Bytes::new(),
            lease: 0,
        })
        .collect();
    expect_eq("the keys alone", answer.kvs, expected)?;
    expect_eq("count", answer.count, 3)
}

async fn a_count_of_keys_alone_is_a_count(context: &Context) -> Verdict {
    three(context).await?;
    let request = RangeRequest {
        count_only: true,
        keys_only: true,
        ..context.all("p/")
    };
    expect_count(context, request, 3).await
}
