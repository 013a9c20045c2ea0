use std::collections::BTreeSet;

use storeproof_wire::etcdserverpb::{LeaseGrantRequest, LeaseLeasesRequest};
use tonic::Code;

use crate::{Case, Context, Need, Tier, Verdict, case, expect_eq, expect_refused, expect_that};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        every_lease_has_a_number_of_its_own,
        "A granted lease has a number that is not 0 and that no other lease has, and lives at least as long as was asked for.",
        "LSE-01"
    ),
    case!(
        Tier::Kubernetes,
        it_changes_no_revision,
        "Granting a lease leaves the store's revision as it is.",
        "LSE-01"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Parity,
        a_short_life_is_raised_to_the_shortest,
        "A lease of no time, of a negative one, or of less than the server's shortest gets the shortest.",
        "LSE-02"
    ),
    case!(
        Tier::Parity,
        the_longest_life_is_granted_and_no_longer,
        "A lease of 9 000 000 000 seconds is granted, one of a second more is refused.",
        "LSE-03"
    ),
    case!(
        Tier::Parity,
        a_chosen_number_is_kept,
        "A lease has the number that the client chose.",
        "LSE-04"
    ),
    case!(
        Tier::Parity,
        a_number_in_use_is_refused,
        "A lease with the number of another is refused.",
        "LSE-04"
    ),
    case!(
        Tier::Parity,
        all_leases_are_listed,
        "The list of leases names every one that was granted, and none that was revoked.",
        "LSE-10"
    ),
];

async fn every_lease_has_a_number_of_its_own(context: &Context) -> Verdict {
    let mut numbers = BTreeSet::new();
    for ttl in [60, 60, 61, 60] {
        let request = LeaseGrantRequest { ttl, id: 0 };
        let lease = context.client().grant(request).await?;
        expect_that(
            lease.ttl >= ttl,
            format!("the lease lives {ttl} s or longer"),
            format!("it lives {} s", lease.ttl),
        )?;
        expect_eq("the lease's error", lease.error.as_str(), "")?;
        numbers.insert(lease.id);
    }
    expect_that(
        numbers.len() == 4 && !numbers.contains(&0),
        "four leases have four numbers, none of them 0",
        format!("their numbers are {numbers:?}"),
    )
}

async fn it_changes_no_revision(context: &Context) -> Verdict {
    let before = context.put("a", "1").await?;
    let lease = LeaseGrantRequest { ttl: 60, id: 0 };
    let header = context.client().grant(lease).await?.header;
    let told = header.map_or(0, |header| header.revision);
    expect_eq("the revision of the answer", told, before)?;
    expect_eq("the revision after it", context.revision().await?, before)
}

/// How long the shortest is follows from the server's election timeout; that it is one is what can be seen.
async fn a_short_life_is_raised_to_the_shortest(context: &Context) -> Verdict {
    let mut granted = Vec::new();
    for ttl in [0, -1] {
        let request = LeaseGrantRequest { ttl, id: 0 };
        granted.push(context.client().grant(request).await?.ttl);
    }
    let shortest = granted.first().copied().unwrap_or(0);
    expect_that(
        shortest >= 1,
        "a lease of no time lives a second or longer",
        format!("it lives {shortest} s"),
    )?;
    let request = LeaseGrantRequest { ttl: 1, id: 0 };
    granted.push(context.client().grant(request).await?.ttl);
    expect_eq("the lives for 0, -1 and 1", granted, vec![shortest; 3])
}

async fn the_longest_life_is_granted_and_no_longer(context: &Context) -> Verdict {
    let longest = 9_000_000_000;
    let request = LeaseGrantRequest {
        ttl: longest,
        id: 0,
    };
    let lease = context.client().grant(request).await?;
    revoke(context, lease.id).await?;
    expect_eq("the longest life", lease.ttl, longest)?;
    let request = LeaseGrantRequest {
        ttl: longest + 1,
        id: 0,
    };
    expect_refused(
        context.client().grant(request).await,
        Code::OutOfRange,
        "etcdserver: too large lease TTL",
    )
}

async fn a_chosen_number_is_kept(context: &Context) -> Verdict {
    let id = chosen();
    let lease = context.client().grant(LeaseGrantRequest { ttl: 60, id });
    expect_eq("the number of the lease", lease.await?.id, id)
}

async fn a_number_in_use_is_refused(context: &Context) -> Verdict {
    let id = chosen();
    let request = LeaseGrantRequest { ttl: 60, id };
    context.client().grant(request).await?;
    expect_refused(
        context.client().grant(request).await,
        Code::FailedPrecondition,
        "etcdserver: lease already exists",
    )
}

async fn all_leases_are_listed(context: &Context) -> Verdict {
    let granted = [context.grant(60).await?, context.grant(60).await?];
    let revoked = context.grant(60).await?;
    revoke(context, revoked).await?;
    let mut leases = context.client().leases();
    let listed = leases.lease_leases(context.client().request(LeaseLeasesRequest {}));
    let listed = context.client().noted("list leases", listed, |answer| {
        format!("{} leases", answer.leases.len())
    });
    let listed: BTreeSet<i64> = listed.await?.leases.iter().map(|lease| lease.id).collect();
    let told = (
        granted.map(|lease| listed.contains(&lease)),
        listed.contains(&revoked),
    );
    expect_eq(
        "(the granted, the revoked) are listed",
        told,
        ([true, true], false),
    )
}

async fn revoke(context: &Context, id: i64) -> Verdict {
    super::revoke::revoke(context, id).await?;
    Ok(())
}

/// A number that nobody else chooses.
fn chosen() -> i64 {
    let (_, low) = uuid::Uuid::new_v4().as_u64_pair();
    (low >> 2) as i64 + 1
}
