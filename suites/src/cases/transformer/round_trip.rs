use proptest::collection::vec;

use super::{
    hand::{AT, Hand},
    phrase::{difference, shown},
    value::{Value, many, value},
};
use crate::{
    case,
    harness::{
        Capability, Case, Context, Effort, Keys, Row, Trial, Verdict, expect_that, judged, names,
        row_of, search, unexpected,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        any_value_comes_back,
        "Any bytes that were written under any key are read there as they were, and are not stale.",
        "backend/7.1 backend/7.13.1"
    )
    .needs(NEEDS),
    case!(
        rows ROWS,
        every_length_comes_back,
        "A value comes back whatever its length.",
        "backend/7.1 backend/7.13.1"
    )
    .needs(NEEDS),
    case!(
        rows KEY_ROWS,
        every_key_is_possible,
        "A value can be stored under any key that a store has.",
        "backend/7.1"
    )
    .needs(NEEDS),
    case!(
        a_stored_value_is_a_value,
        "A value that looks like a stored one, or like another provider's, is stored like any other.",
        "backend/7.13.1"
    )
    .needs(&[Capability::JudgedTransformer, Capability::Secrecy]),
    case!(
        writes_append,
        "What is stored goes behind the bytes that are there, and these stay as they are.",
        "backend/7.2"
    )
    .needs(NEEDS),
    case!(
        what_others_stored_is_read,
        "Values that others stored in the same format are read.",
        "backend/7.1"
    )
    .needs(&[Capability::JudgedTransformer, Capability::Samples]),
];

const NEEDS: &[Capability] = &[Capability::JudgedTransformer];

async fn any_value_comes_back(context: &Context) -> Verdict {
    let values = || vec(value(), 1..12);
    let run = |values, _| write_and_read(context, values);
    let effort = Effort::FULL.one_in(2);
    search(context, "transformer::round_trip", effort, values, run).await
}

/// Writes all, and then reads all: nobody remembers the last one only.
async fn write_and_read(context: &Context, values: Vec<Value>) -> Trial {
    let hand = Hand::of_sequence(context, Keys::of(1)).await?;
    let verdict = async {
        let mut written = Vec::new();
        for Value { at, plain } in &values {
            let plain = plain.bytes();
            written.push((at, hand.write(at, &plain).await?, plain));
        }
        for (at, stored, plain) in &written {
            hand.expect_stale(at, stored, plain, false).await?;
        }
        Ok(())
    };
    let verdict = verdict.await;
    judged(verdict, hand.told())
}

const ROWS: &[Row] = &names(&LENGTHS);

/// Around every block of a cipher, and around the sizes that buffers have.
const LENGTHS: [(&str, &[usize]); 6] = [
    ("none", &[0]),
    ("a-few", &[1, 2, 3, 7, 8, 9, 12, 13]),
    (
        "around-blocks",
        &[
            15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 127, 128, 129, 255, 256, 257,
        ],
    ),
    ("around-4-KiB", &[4095, 4096, 4097, 8191, 8192, 8193]),
    ("around-64-KiB", &[65_535, 65_536, 65_537]),
    ("around-1-MiB", &[1_048_575, 1_048_577, 1_572_864]),
];

async fn every_length_comes_back(context: &Context, row: usize) -> Verdict {
    let hand = Hand::first(context).await?;
    for length in *row_of(&LENGTHS, row) {
        let plain = many(*length);
        let stored = hand.write(AT, &plain).await?;
        hand.expect_stale(AT, &stored, &plain, false).await?;
    }
    Ok(())
}

const KEY_ROWS: &[Row] = &names(&KEYS);

const KEYS: [(&str, &[&str]); 4] = [
    ("short", &["/a", "/registry/a"]),
    (
        "usual",
        &[
            "/registry/secrets/ns/name",
            "/registry/example.com/things/ns/name",
            "/kubernetes.io/secrets/ns/name",
        ],
    ),
    (
        "odd",
        &[
            "/registry/secrets/ns/a:b",
            "/registry/secrets/ns/ä€",
            "/registry/secrets/ns/%2F",
            "/registry/secrets//name",
            "/registry/secrets/ns/name/",
            "/registry/secrets/ns/k8s:enc:",
        ],
    ),
    ("long", &[LONG]),
];

/// Longer than names are in Kubernetes, with their namespaces.
const LONG: &str = concat!(
    "/registry/secrets/",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/",
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
    "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
);

async fn every_key_is_possible(context: &Context, row: usize) -> Verdict {
    let hand = Hand::first(context).await?;
    for at in *row_of(&KEYS, row) {
        let stored = hand.write(at, b"pandas are the best").await?;
        hand.expect_stale(at, &stored, b"pandas are the best", false)
            .await?;
    }
    Ok(())
}

async fn a_stored_value_is_a_value(context: &Context) -> Verdict {
    let hand = Hand::first(context).await?;
    let once = hand.write(AT, b"pandas are the best").await?;
    let twice = hand.write(AT, &once).await?;
    hand.expect_stale(AT, &twice, &once, false).await?;
    for prefix in [
        "k8s:enc:aescbc:v1:key-1:",
        "k8s:enc:aesgcm:v1:key-1:",
        "k8s:enc:kms:v2:key-1:",
        "k8s:enc:",
    ] {
        let plain = [prefix.as_bytes(), &once].concat();
        let stored = hand.write(AT, &plain).await?;
        hand.expect_stale(AT, &stored, &plain, false).await?;
        let shows = stored.windows(plain.len()).any(|part| part == plain);
        expect_that(
            !shows,
            format!("what begins with {prefix:?} is encrypted like any other value"),
            "it is stored as it is",
        )?;
    }
    Ok(())
}

async fn writes_append(context: &Context) -> Verdict {
    let hand = Hand::first(context).await?;
    let plain = b"pandas are the best";
    let transformer = hand.transformer();
    for before in [b"k8s:enc:mine:v1:".to_vec(), many(5000)] {
        let mut stored = before.clone();
        let at = storeproof::value::Context::of_key(AT);
        let written = transformer.to_storage(plain, at, &mut stored).await;
        let length = before.len();
        hand.note(format!("write {} behind {length} bytes", shown(plain)));
        if let Err(error) = written {
            return Err(unexpected(
                "the value is written",
                format!("it fails: {error}"),
            ));
        }
        let Some(own) = stored.strip_prefix(&*before) else {
            return Err(unexpected(
                format!("the {length} bytes before it are as they were"),
                format!("they are {}", difference(&before, &stored)),
            ));
        };
        let own = bytes::Bytes::copy_from_slice(own);
        hand.expect_stale(AT, &own, plain, false).await?;
    }
    Ok(())
}

async fn what_others_stored_is_read(context: &Context) -> Verdict {
    let hand = Hand::first(context).await?;
    for sample in context.samples()? {
        let stored = bytes::Bytes::from(sample.stored);
        hand.note(format!("read {} at {}", shown(&stored), sample.key));
        let stale = hand
            .expect_value(&sample.key, &stored, &sample.plain)
            .await?;
        expect_that(
            !stale,
            "a value that was stored with the same key in the same way is not stale",
            "it is stale",
        )?;
    }
    Ok(())
}
