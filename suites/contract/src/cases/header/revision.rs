//! The revisions that answers carry.

use std::collections::BTreeMap;

use futures::{StreamExt, TryStreamExt, stream};
use storeproof_wire::etcdserverpb::{LeaseGrantRequest, RangeRequest};

use crate::{
    Case, Context, Fault, Tier, Verdict, case, context::revision, expect_eq, expect_one,
    expect_succeeded, expect_that,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        every_answer_carries_one,
        "Every answer carries the store's current revision.",
        "HDR-01"
    ),
    case!(
        Tier::Kubernetes,
        reads_of_the_past_carry_the_current_one,
        "A read at an old revision carries the current revision, not the one that was asked for.",
        "HDR-01"
    ),
    case!(
        Tier::Kubernetes,
        the_answer_to_a_write_is_its_own,
        "A write's answer carries the revision that the key then has.",
        "HDR-01 HDR-04 TXN-13"
    ),
    case!(
        Tier::Parity,
        the_answer_to_a_plain_write_is_its_own,
        "The answer to a put carries the revision that the key then has, that to a deletion a later one.",
        "HDR-01 HDR-04"
    ),
    case!(
        Tier::Kubernetes,
        it_never_goes_back,
        "What one client sees, one request after the other, never goes back.",
        "HDR-02"
    ),
    case!(
        Tier::Kubernetes,
        no_two_writes_share_one,
        "Two writes never have the same revision.",
        "HDR-03"
    ),
];

async fn every_answer_carries_one(context: &Context) -> Verdict {
    let created = context.create("a", "1").await?;
    let counting = RangeRequest {
        count_only: true,
        ..context.all("")
    };
    let client = context.client();
    let mut observed = Vec::new();
    let reads = [
        ("a read of a key", context.one("a")),
        ("a read of a missing key", context.one("missing")),
        ("a list", context.all("")),
        ("an empty list", context.all("none/")),
        ("a count", counting),
    ];
    for (what, read) in reads {
        observed.push((what, client.range(read).await?.header));
    }
    let refused = client.txn(context.creating("a", "2")).await?;
    expect_succeeded("a create of a key that exists", &refused, false)?;
    observed.push(("a create that does not succeed", refused.header));
    let lease = LeaseGrantRequest { ttl: 3600, id: 0 };
    observed.push(("a lease", client.grant(lease).await?.header));
    for (what, header) in observed {
        let current = revision(header.as_ref())?;
        expect_that(
            current >= created,
            format!("the revision of {what} is at least {created}, that of the last write"),
            format!("it is {current}"),
        )?;
    }
    Ok(())
}

async fn reads_of_the_past_carry_the_current_one(context: &Context) -> Verdict {
    let created = context.create("a", "1").await?;
    let updated = context.update("a", "2", created).await?;
    for request in [context.one("a"), context.all("")] {
        let request = RangeRequest {
            revision: created,
            ..request
        };
        let answer = context.client().range(request).await?;
        let current = revision(answer.header.as_ref())?;
        expect_that(
            current >= updated,
            format!("the revision of a read at {created} is at least {updated}, the last write"),
            format!("it is {current}"),
        )?;
    }
    Ok(())
}

async fn the_answer_to_a_write_is_its_own(context: &Context) -> Verdict {
    let written_at = async || {
        let answer = context.client().range(context.one("a")).await?;
        Ok::<_, Fault>(expect_one(&answer)?.mod_revision)
    };
    let created = context.create("a", "1").await?;
    expect_eq(
        "the created key's mod_revision",
        written_at().await?,
        created,
    )?;
    let updated = context.update("a", "2", created).await?;
    expect_eq(
        "the updated key's mod_revision",
        written_at().await?,
        updated,
    )?;
    let removed = context.remove("a", updated).await?;
    expect_that(
        removed > updated,
        format!("the deletion's revision is above {updated}, that of the write before"),
        format!("it is {removed}"),
    )
}

async fn the_answer_to_a_plain_write_is_its_own(context: &Context) -> Verdict {
    let put = context.put("a", "1").await?;
    let answer = context.client().range(context.one("a")).await?;
    expect_eq(
        "the key's mod_revision",
        expect_one(&answer)?.mod_revision,
        put,
    )?;
    let deleted = context.delete("a").await?;
    expect_that(
        deleted > put,
        format!("the deletion's revision is above {put}, that of the put before"),
        format!("it is {deleted}"),
    )
}

async fn it_never_goes_back(context: &Context) -> Verdict {
    let mut last = context.create("a", "0").await?;
    let mut written = last;
    for number in 0..40 {
        if number % 4 == 0 {
            written = context.update("a", number.to_string(), written).await?;
            last = last.max(written);
        }
        for request in [context.one("a"), context.one("missing"), context.all("")] {
            let answer = context.client().range(request).await?;
            let seen = revision(answer.header.as_ref())?;
            expect_that(
                seen >= last,
                format!("the next answer's revision is at least {last}, that of the last answer"),
                format!("it is {seen}"),
            )?;
            last = seen;
        }
    }
    Ok(())
}

async fn no_two_writes_share_one(context: &Context) -> Verdict {
    const WRITERS: usize = 8;
    const WRITES: usize = 25;
    let writers = (0..WRITERS).map(|writer| async move {
        let mut written = Vec::new();
        for number in 0..WRITES {
            let name = format!("{writer}/{number}");
            written.push((context.create(&name, "1").await?, name));
        }
        Ok::<_, Fault>(written)
    });
    let written = stream::iter(writers).buffer_unordered(WRITERS);
    let written: Vec<Vec<(i64, String)>> = written.try_collect().await?;
    let mut by_revision = BTreeMap::new();
    for (revision, name) in written.into_iter().flatten() {
        if let Some(other) = by_revision.insert(revision, name.clone()) {
            return Err(Fault::failed(
                "each write has a revision of its own",
                format!("the creates of {other} and {name} both have {revision}"),
            ));
        }
    }
    Ok(())
}
