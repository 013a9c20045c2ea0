//! The order in which keys come.

use storeproof_wire::etcdserverpb::{
    RangeRequest,
    range_request::{SortOrder, SortTarget},
};
use tonic::Code;

use crate::{Case, Context, Tier, Verdict, case, expect_eq, expect_refused, expect_that};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        keys_come_in_the_order_of_their_bytes,
        "Lists come in the order of the bytes of their keys.",
        "RNG-04"
    ),
    case!(
        Tier::Parity,
        every_target_sorts,
        "Lists can be sorted by key, version, create, modification and value; without an order, upwards.",
        "RNG-22"
    ),
    case!(
        Tier::Parity,
        sorting_comes_before_the_limit,
        "A list is sorted before it is cut, and counts everything.",
        "RNG-22"
    ),
    case!(
        Tier::Parity,
        values_that_are_left_out_still_sort,
        "A list of keys alone can be sorted by the values that it leaves out.",
        "RNG-23"
    ),
    case!(
        Tier::Version,
        an_unknown_order_is_answered,
        "An order that does not exist is ignored where keys are sorted by key, or refused.",
        "RNG-26 HDR-09"
    ),
];

async fn keys_come_in_the_order_of_their_bytes(context: &Context) -> Verdict {
    let sorted = ["-", ".x", "0", "A", "_", "a", "a-b", "a.b", "ab"];
    let mut shuffled = sorted;
    shuffled.reverse();
    shuffled.rotate_left(4);
    for name in shuffled {
        context.create(name, "1").await?;
    }
    let answer = context.client().range(context.all("")).await?;
    expect_eq(
        "the order of the list",
        context.names(&answer),
        sorted.to_vec(),
    )?;
    let mut paged = Vec::new();
    let mut request = RangeRequest {
        limit: 2,
        ..context.all("")
    };
    loop {
        let page = context.client().range(request.clone()).await?;
        paged.extend(context.names(&page));
        match page.kvs.last() {
            Some(last) if page.more && paged.len() < 100 => {
                request.key = [&last.key[..], b"\0"].concat().into();
            }
            _ => break,
        }
    }
    expect_eq("the order of pages of two", paged, sorted.to_vec())
}

/// Three keys that come in another order by each target.
const ORDERS: [(SortTarget, [&str; 3]); 5] = [
    (SortTarget::Key, ["a", "b", "c"]),
    (SortTarget::Version, ["c", "b", "a"]),
    (SortTarget::Create, ["b", "a", "c"]),
    (SortTarget::Mod, ["c", "a", "b"]),
    (SortTarget::Value, ["a", "c", "b"]),
];

async fn sortable(context: &Context) -> Verdict {
    let b = context.create("b", "z").await?;
    let mut a = context.create("a", "x").await?;
    context.create("c", "y").await?;
    for _ in 0..2 {
        a = context.update("a", "x", a).await?;
    }
    context.update("b", "z", b).await?;
    Ok(())
}

fn sorted(context: &Context, target: SortTarget, order: SortOrder) -> RangeRequest {
    RangeRequest {
        sort_target: target.into(),
        sort_order: order.into(),
        ..context.all("")
    }
}

async fn every_target_sorts(context: &Context) -> Verdict {
    sortable(context).await?;
    for (target, upwards) in ORDERS {
        let mut downwards = upwards;
        downwards.reverse();
        for (order, expected) in [
            (SortOrder::Ascend, upwards),
            (SortOrder::Descend, downwards),
            (SortOrder::None, upwards),
        ] {
            let request = sorted(context, target, order);
            let answer = context.client().range(request).await?;
            let what = format!("the list by {target:?}, {order:?}");
            expect_eq(&what, context.names(&answer), expected.to_vec())?;
        }
    }
    Ok(())
}

async fn sorting_comes_before_the_limit(context: &Context) -> Verdict {
    sortable(context).await?;
    for (target, upwards) in ORDERS {
        let request = RangeRequest {
            limit: 2,
            ..sorted(context, target, SortOrder::Descend)
        };
        let answer = context.client().range(request).await?;
        let expected: Vec<&str> = upwards.into_iter().rev().take(2).collect();
        let what = format!("the last two by {target:?}");
        expect_eq(&what, context.names(&answer), expected)?;
        expect_eq("count", answer.count, 3)?;
        expect_eq("more", answer.more, true)?;
    }
    Ok(())
}

async fn values_that_are_left_out_still_sort(context: &Context) -> Verdict {
    sortable(context).await?;
    let request = RangeRequest {
        keys_only: true,
        ..sorted(context, SortTarget::Value, SortOrder::Ascend)
    };
    let answer = context.client().range(request).await?;
    expect_eq(
        "the keys by value",
        context.names(&answer),
        vec!["a", "c", "b"],
    )?;
    expect_that(
        answer.kvs.iter().all(|kv| kv.value.is_empty()),
        "a list of keys alone has no values",
        "it has some",
    )
}

/// etcd up to 3.5 ignores it, later ones refuse it.
async fn an_unknown_order_is_answered(context: &Context) -> Verdict {
    sortable(context).await?;
    let request = RangeRequest {
        sort_order: 99,
        ..context.all("")
    };
    match context.client().range(request).await {
        Ok(answer) => expect_eq("the list", context.names(&answer), vec!["a", "b", "c"]),
        refused => expect_refused(
            refused,
            Code::InvalidArgument,
            "etcdserver: invalid sort option",
        ),
    }
}
