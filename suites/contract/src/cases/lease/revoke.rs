use storeproof_wire::etcdserverpb::{LeaseRevokeRequest, LeaseRevokeResponse};
use tonic::{Code, Status};

use crate::{
    Case, Context, Need, Tier, Verdict, case, context::revision, expect_eq, expect_refused,
    seen::Seen, watching::events_of,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        its_keys_go_in_one_revision,
        "Revoking a lease deletes all its keys in one revision, told in one message with what was before.",
        "LSE-06"
    ),
    case!(
        Tier::Parity,
        only_a_lease_that_is_there_can_be_revoked,
        "Revoking a lease that was never granted, that was revoked before, or the number 0 is refused.",
        "LSE-07"
    ),
    case!(
        Tier::Parity,
        without_keys_it_changes_no_revision,
        "Revoking a lease without keys leaves the store's revision as it is.",
        "LSE-07"
    )
    .needs(&[Need::Quiet]),
];

async fn its_keys_go_in_one_revision(context: &Context) -> Verdict {
    let lease = context.grant(600).await?;
    let mut writes = Vec::new();
    for name in ["b", "a", "c"] {
        writes.push((name, context.put_leased(name, "1", lease).await?));
    }
    writes.sort_unstable();
    context.put("kept", "1").await?;
    let mut watch = context.watch(context.watch_all("")).await?;
    let gone = revision(revoke(context, lease).await?.header.as_ref())?;
    let messages = watch.messages_until(gone).await?;
    expect_eq("the number of messages", messages.len(), 1)?;
    let events = events_of(messages);
    let mut seen = context.seen(&events);
    seen.sort();
    let expected = ["a", "b", "c"].map(|name| Seen::deleted(name, gone));
    expect_eq("the events", seen, expected.to_vec())?;
    let before = |name: &str| {
        let key = context.key(name);
        let mut kvs = events.iter().filter_map(|event| event.prev_kv.as_ref());
        kvs.find(|kv| kv.key == key).map(|kv| kv.mod_revision)
    };
    let told: Vec<_> = writes.iter().map(|(name, _)| before(name)).collect();
    let expected: Vec<_> = writes.iter().map(|(_, written)| Some(*written)).collect();
    expect_eq("the revisions of what was before", told, expected)
}

async fn only_a_lease_that_is_there_can_be_revoked(context: &Context) -> Verdict {
    let lease = context.grant(60).await?;
    revoke(context, lease).await?;
    for id in [lease, i64::MAX - 1, 0] {
        expect_refused(
            revoke(context, id).await,
            Code::NotFound,
            "etcdserver: requested lease not found",
        )?;
    }
    Ok(())
}

async fn without_keys_it_changes_no_revision(context: &Context) -> Verdict {
    let lease = context.grant(60).await?;
    let before = context.put("a", "1").await?;
    revoke(context, lease).await?;
    expect_eq("the revision after it", context.revision().await?, before)
}

/// Revokes a lease.
pub(super) async fn revoke(context: &Context, id: i64) -> Result<LeaseRevokeResponse, Status> {
    let client = context.client();
    let mut leases = client.leases();
    let answer = leases.lease_revoke(client.request(LeaseRevokeRequest { id }));
    let asked = format!("revoke lease {id}");
    client.noted(asked, answer, |_| "revoked".to_owned()).await
}
