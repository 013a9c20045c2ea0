//! What a put does.

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
        an_acknowledged_put_can_be_read,
        "A put that was acknowledged can be read, whichever key was written last.",
        "PUT-08"
    ),
    case!(
        Tier::Parity,
        a_new_key_has_version_one,
        "A put of a new key is one revision, that of the key's create and of its last write.",
        "PUT-01"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Parity,
        every_put_is_a_version,
        "A put of a key that exists is one revision and one version more, also with the value that it has.",
        "PUT-01"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Parity,
        a_key_that_was_deleted_begins_anew,
        "A put of a key that was deleted creates it: version one, and a new revision of its create.",
        "PUT-02"
    ),
    case!(
        Tier::Parity,
        no_key_is_refused,
        "A put without a key is refused.",
        "PUT-03"
    ),
];

async fn an_acknowledged_put_can_be_read(context: &Context) -> Verdict {
    let writes = [
        ("b", "1"),
        ("c", "1"),
        ("b", "2"),
        ("a", "1"),
        ("c", "2"),
        ("b", "3"),
        ("b", "4"),
        ("a", "2"),
    ];
    for (name, value) in writes {
        let written = context.put(name, value).await?;
        let answer = context.client().range(context.one(name)).await?;
        let kv = expect_one(&answer)?;
        expect_eq(
            &format!("the value of {name}"),
            &kv.value[..],
            value.as_bytes(),
        )?;
        expect_eq(&format!("mod_revision of {name}"), kv.mod_revision, written)?;
    }
    Ok(())
}

async fn a_new_key_has_version_one(context: &Context) -> Verdict {
    let before = context.revision().await?;
    let written = context.put("a", "1").await?;
    expect_steps("the revision of the put", before, written, 1)?;
    let answer = context.client().range(context.one("a")).await?;
    let expected = KeyValue {
        key: context.key("a"),
        value: Bytes::from_static(b"1"),
        create_revision: written,
        mod_revision: written,
        version: 1,
        lease: 0,
    };
    expect_eq("the key", expect_one(&answer)?, &expected)?;
    expect_steps("the store's revision", before, context.revision().await?, 1)
}

async fn every_put_is_a_version(context: &Context) -> Verdict {
    let created = context.put("a", "1").await?;
    for (version, value) in [(2, "2"), (3, "2"), (4, "2"), (5, "3")] {
        let before = context.revision().await?;
        let written = context.put("a", value).await?;
        expect_steps("the revision of the put", before, written, 1)?;
        let answer = context.client().range(context.one("a")).await?;
        let expected = KeyValue {
            key: context.key("a"),
            value: Bytes::from_static(value.as_bytes()),
            create_revision: created,
            mod_revision: written,
            version,
            lease: 0,
        };
        expect_eq("the key", expect_one(&answer)?, &expected)?;
    }
    Ok(())
}

async fn a_key_that_was_deleted_begins_anew(context: &Context) -> Verdict {
    context.put("a", "1").await?;
    context.put("a", "2").await?;
    context.delete("a").await?;
    let again = context.put("a", "3").await?;
    let answer = context.client().range(context.one("a")).await?;
    let kv = expect_one(&answer)?;
    expect_eq("the version", kv.version, 1)?;
    expect_eq("create_revision", kv.create_revision, again)?;
    expect_eq("mod_revision", kv.mod_revision, again)
}

async fn no_key_is_refused(context: &Context) -> Verdict {
    let before = context.put("a", "1").await?;
    let request = PutRequest {
        value: Bytes::from_static(b"1"),
        ..PutRequest::default()
    };
    expect_refused(
        context.client().put(request).await,
        Code::InvalidArgument,
        "etcdserver: key is not provided",
    )?;
    let answer = context.client().range(context.one("a")).await?;
    expect_eq(
        "mod_revision of another key",
        expect_one(&answer)?.mod_revision,
        before,
    )?;
    revision(answer.header.as_ref()).map(drop)
}
