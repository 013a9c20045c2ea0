//! Lists of what was written within some revisions.

use storeproof_wire::etcdserverpb::RangeRequest;

use crate::{Case, Context, Tier, Verdict, case, expect_eq};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        keys_can_be_chosen_by_their_last_write,
        "Lists can be limited to keys last written within some revisions, both ends included; the count ignores that.",
        "RNG-24"
    ),
    case!(
        Tier::Parity,
        keys_can_be_chosen_by_their_create,
        "Lists can be limited to keys created within some revisions, both ends included; the count ignores that.",
        "RNG-24"
    ),
    case!(
        Tier::Parity,
        the_limit_cuts_what_was_chosen,
        "A limit cuts what is left of the list, and says whether there is more of that.",
        "RNG-24"
    ),
    case!(
        Tier::Parity,
        a_count_ignores_the_choice,
        "A count counts what would not be chosen.",
        "RNG-25"
    ),
];

/// `a`, `b`, `c` and then `a` again: the revisions of the four writes.
async fn written(context: &Context) -> Verdict<[i64; 4]> {
    let a = context.create("a", "1").await?;
    let b = context.create("b", "1").await?;
    let c = context.create("c", "1").await?;
    let again = context.update("a", "2", a).await?;
    Ok([a, b, c, again])
}

async fn expect_chosen(context: &Context, request: RangeRequest, names: &[&str]) -> Verdict {
    let answer = context.client().range(request).await?;
    expect_eq("what is chosen", context.names(&answer), names.to_vec())?;
    expect_eq("count", answer.count, 3)?;
    expect_eq("more", answer.more, false)
}

async fn keys_can_be_chosen_by_their_last_write(context: &Context) -> Verdict {
    let [_, b, c, again] = written(context).await?;
    let choices: [(i64, i64, &[&str]); 5] = [
        (c, 0, &["a", "c"]),
        (again, 0, &["a"]),
        (0, c, &["b", "c"]),
        (0, b, &["b"]),
        (b, c, &["b", "c"]),
    ];
    for (least, most, names) in choices {
        let request = RangeRequest {
            min_mod_revision: least,
            max_mod_revision: most,
            ..context.all("")
        };
        expect_chosen(context, request, names).await?;
    }
    Ok(())
}

async fn keys_can_be_chosen_by_their_create(context: &Context) -> Verdict {
    let [a, b, c, _] = written(context).await?;
    let choices: [(i64, i64, &[&str]); 4] = [
        (b, 0, &["b", "c"]),
        (0, a, &["a"]),
        (b, b, &["b"]),
        (a, c, &["a", "b", "c"]),
    ];
    for (least, most, names) in choices {
        let request = RangeRequest {
            min_create_revision: least,
            max_create_revision: most,
            ..context.all("")
        };
        expect_chosen(context, request, names).await?;
    }
    Ok(())
}

async fn the_limit_cuts_what_was_chosen(context: &Context) -> Verdict {
    let [_, _, c, _] = written(context).await?;
    for (limit, names, more) in [(1, vec!["a"], true), (2, vec!["a", "c"], false)] {
        let request = RangeRequest {
            min_mod_revision: c,
            limit,
            ..context.all("")
        };
        let answer = context.client().range(request).await?;
        expect_eq("what is chosen", context.names(&answer), names)?;
        expect_eq("more", answer.more, more)?;
        expect_eq("count", answer.count, 3)?;
    }
    Ok(())
}

async fn a_count_ignores_the_choice(context: &Context) -> Verdict {
    let [_, _, _, again] = written(context).await?;
    let request = RangeRequest {
        min_mod_revision: again,
        count_only: true,
        ..context.all("")
    };
    expect_chosen(context, request, &[]).await
}
