//! Keys and values are bytes, whatever they are.

use bytes::Bytes;
use storeproof_wire::mvccpb::event::EventType;

use crate::{
    Case, Context, Tier, Verdict, case, context::events, expect_eq, expect_one, expect_that,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        keys_are_opaque,
        "Keys may hold any bytes, and be four KiB long.",
        "HDR-07"
    ),
    case!(
        Tier::Kubernetes,
        values_are_opaque,
        "Values may hold any bytes, and be a MiB long.",
        "HDR-07"
    ),
    case!(
        Tier::Kubernetes,
        an_empty_value_is_a_key_that_exists,
        "A key with an empty value exists.",
        "HDR-08"
    ),
    case!(
        Tier::Kubernetes,
        an_empty_value_is_a_put_to_watches,
        "A key with an empty value is a put to those who watch.",
        "HDR-08"
    ),
];

async fn keys_are_opaque(context: &Context) -> Verdict {
    let long = [b'k'; 4096];
    let mut names: Vec<&[u8]> = vec![
        b"\0",
        b"a\0b",
        b"a\0",
        b"a",
        b"\xff",
        b"\xfe\xff",
        b"\xc3\x28",
        b"\x80",
        &long,
    ];
    for (number, name) in names.iter().enumerate() {
        context.create(name, number.to_string()).await?;
    }
    for (number, name) in names.iter().enumerate() {
        let answer = context.client().range(context.one(name)).await?;
        let kv = expect_one(&answer)?;
        expect_eq("the key", &kv.key, &context.key(name))?;
        expect_eq("its value", &kv.value, &Bytes::from(number.to_string()))?;
    }
    names.sort_unstable();
    let answer = context.client().range(context.all("")).await?;
    let observed: Vec<&Bytes> = answer.kvs.iter().map(|kv| &kv.key).collect();
    let expected: Vec<Bytes> = names.iter().map(|name| context.key(name)).collect();
    let expected: Vec<&Bytes> = expected.iter().collect();
    expect_eq("what a list of all holds", observed, expected)
}

async fn values_are_opaque(context: &Context) -> Verdict {
    let every: Vec<u8> = (0..=u8::MAX).collect();
    let large = every.repeat(4096);
    let values: [(&str, &[u8]); 5] = [
        ("nothing", b""),
        ("a zero", b"\0"),
        ("invalid UTF-8 between zeros", b"\0\xc3\x28\xff\0"),
        ("every byte", &every),
        ("a MiB", &large),
    ];
    for (name, value) in values {
        context.create(name, value).await?;
        let answer = context.client().range(context.one(name)).await?;
        let kv = expect_one(&answer)?;
        expect_that(
            kv.value == value,
            format!(
                "the value of {} bytes ({name}) comes back as it was",
                value.len()
            ),
            format!("{} other bytes come back", kv.value.len()),
        )?;
    }
    Ok(())
}

async fn an_empty_value_is_a_key_that_exists(context: &Context) -> Verdict {
    let created = context.create("a", "").await?;
    let answer = context.client().range(context.one("a")).await?;
    expect_eq("count", answer.count, 1)?;
    let kv = expect_one(&answer)?;
    expect_eq("its value", &kv.value, &Bytes::new())?;
    expect_eq("its version", kv.version, 1)?;
    expect_eq("its mod_revision", kv.mod_revision, created)?;
    let again = context.client().txn(context.creating("a", "2")).await?;
    expect_eq("succeeded of another create", again.succeeded, false)
}

async fn an_empty_value_is_a_put_to_watches(context: &Context) -> Verdict {
    let mut stream = context.watching("").await?;
    let created = context.create("a", "").await?;
    let events = events(&mut stream).await?;
    expect_eq("the number of events", events.len(), 1)?;
    let kinds: Vec<EventType> = events.iter().map(|event| event.r#type()).collect();
    expect_eq("what the watch tells", kinds, vec![EventType::Put])?;
    let kv = events.into_iter().find_map(|event| event.kv);
    let kv = kv.unwrap_or_default();
    expect_eq("the event's mod_revision", kv.mod_revision, created)?;
    expect_eq("the event's version", kv.version, 1)
}
