//! Deletions that ask for nothing.

use bytes::Bytes;
use storeproof_wire::{
    etcdserverpb::DeleteRangeRequest,
    mvccpb::{KeyValue, event::EventType},
};
use tonic::Code;

use crate::{
    Case, Context, Need, Tier, Verdict, Wish, case,
    context::{events, revision},
    expect_eq, expect_refused, expect_steps,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        a_missing_key_is_nothing,
        "A deletion of a key that does not exist deletes nothing: no revision, and no event.",
        "DEL-01"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Parity,
        a_key_is_one_revision,
        "A deletion of a key is one revision, and says that one key went.",
        "DEL-02"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Parity,
        what_went_comes_when_asked_for,
        "A deletion answers with the keys that went where it is asked to, and only there.",
        "DEL-02"
    ),
    case!(
        Tier::Parity,
        a_range_is_one_revision,
        "A deletion of a range is one revision and one message to those who watch, in the order of the keys.",
        "DEL-03"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Parity,
        a_range_that_ends_before_it_begins_is_nothing,
        "A deletion that ends at its beginning or before deletes nothing.",
        "DEL-04"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Parity,
        no_key_is_refused,
        "A deletion without a key is refused, with and without an end.",
        "DEL-04"
    ),
    case!(
        Tier::Parity,
        a_zero_byte_as_end_is_the_end_of_the_store,
        "A deletion that ends at a zero byte deletes everything to the end of the store.",
        "DEL-05"
    )
    .needs(&[Need::OwnServer]),
];

async fn three(context: &Context) -> Verdict {
    for name in ["a", "b", "c"] {
        context.create(name, "1").await?;
    }
    Ok(())
}

async fn a_missing_key_is_nothing(context: &Context) -> Verdict {
    let mut stream = context.watching("").await?;
    let before = context.revision().await?;
    let answer = context.client().delete(context.deleting("missing")).await?;
    expect_eq("deleted", answer.deleted, 0)?;
    let observed = revision(answer.header.as_ref())?;
    expect_steps("the revision of the answer", before, observed, 0)?;
    expect_steps("the store's revision", before, context.revision().await?, 0)?;
    context.create("next", "1").await?;
    let told = events(&mut stream).await?;
    let told: Vec<_> = told.into_iter().filter_map(|event| event.kv).collect();
    let told: Vec<Bytes> = told.into_iter().map(|kv| kv.key).collect();
    expect_eq(
        "the first that a watch is told of",
        told,
        vec![context.key("next")],
    )
}

async fn a_key_is_one_revision(context: &Context) -> Verdict {
    three(context).await?;
    let before = context.revision().await?;
    let answer = context.client().delete(context.deleting("b")).await?;
    expect_eq("deleted", answer.deleted, 1)?;
    let observed = revision(answer.header.as_ref())?;
    expect_steps("the revision of the answer", before, observed, 1)?;
    let rest = context.client().range(context.all("")).await?;
    expect_eq("what is left", context.names(&rest), vec!["a", "c"])
}

async fn what_went_comes_when_asked_for(context: &Context) -> Verdict {
    let created = context.create("a", "1").await?;
    let updated = context.update("a", "2", created).await?;
    context.create("b", "1").await?;
    let silent = context.client().delete(context.deleting("b")).await?;
    expect_eq("prev_kvs that were not asked for", silent.prev_kvs.len(), 0)?;
    let request = DeleteRangeRequest {
        prev_kv: true,
        ..context.deleting("a")
    };
    let answer = context.client().delete(request).await?;
    let expected = KeyValue {
        key: context.key("a"),
        value: Bytes::from_static(b"2"),
        create_revision: created,
        mod_revision: updated,
        version: 2,
        lease: 0,
    };
    expect_eq("prev_kvs", answer.prev_kvs, vec![expected])
}

async fn a_range_is_one_revision(context: &Context) -> Verdict {
    let names = ["p/a", "p/b", "p/c", "p/d"];
    for name in names.into_iter().rev().chain(["q"]) {
        context.create(name, "1").await?;
    }
    let mut stream = context.watching("").await?;
    let before = context.revision().await?;
    let answer = context.client().delete(context.deleting_all("p/")).await?;
    expect_eq("deleted", answer.deleted, 4)?;
    let deleted = revision(answer.header.as_ref())?;
    expect_steps("the revision of the answer", before, deleted, 1)?;
    let told = events(&mut stream).await?;
    let kinds = told.iter().all(|event| event.r#type() == EventType::Delete);
    expect_eq("whether all events are deletions", kinds, true)?;
    let told = told.into_iter().filter_map(|event| event.kv);
    let told: Vec<(Bytes, i64)> = told.map(|kv| (kv.key, kv.mod_revision)).collect();
    let expected: Vec<(Bytes, i64)> = names.map(|name| (context.key(name), deleted)).into();
    expect_eq("the message", told, expected)?;
    let rest = context.client().range(context.all("")).await?;
    expect_eq("what is left", context.names(&rest), vec!["q"])
}

async fn a_range_that_ends_before_it_begins_is_nothing(context: &Context) -> Verdict {
    three(context).await?;
    let before = context.revision().await?;
    for (from, to) in [("c", "a"), ("b", "b")] {
        let request = DeleteRangeRequest {
            range_end: context.key(to),
            ..context.deleting(from)
        };
        let answer = context.client().delete(request).await?;
        expect_eq("deleted", answer.deleted, 0)?;
    }
    expect_steps("the store's revision", before, context.revision().await?, 0)?;
    let rest = context.client().range(context.all("")).await?;
    expect_eq("what is left", context.names(&rest), vec!["a", "b", "c"])
}

async fn no_key_is_refused(context: &Context) -> Verdict {
    for range_end in [Bytes::new(), Bytes::from_static(b"\x01")] {
        let request = DeleteRangeRequest {
            range_end,
            ..DeleteRangeRequest::default()
        };
        expect_refused(
            context.client().delete(request).await,
            Code::InvalidArgument,
            "etcdserver: key is not provided",
        )?;
    }
    Ok(())
}

async fn a_zero_byte_as_end_is_the_end_of_the_store(context: &Context) -> Verdict {
    let owned = context.start(&Wish::default()).await?;
    let context = context.on(&*owned).await?;
    three(&context).await?;
    let mut highest = context.putting("", "1");
    highest.key = Bytes::from_static(b"\xff\xff");
    context.client().put(highest).await?;
    let request = DeleteRangeRequest {
        range_end: Bytes::from_static(b"\0"),
        ..context.deleting("b")
    };
    let answer = context.client().delete(request).await?;
    expect_eq("deleted", answer.deleted, 3)?;
    let rest = context.client().range(context.all("")).await?;
    expect_eq("what is left", context.names(&rest), vec!["a"])?;
    owned.stop().await;
    Ok(())
}
