use std::error::Error as _;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use storeproof::value;

use super::{
    hand::{AT, Hand},
    value::many,
};
use crate::{
    case,
    harness::{
        Capability, Case, Context, Key, Keys, Row, Verdict, expect_that, names, row_of, unexpected,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        what_is_stored_shows_nothing,
        "No part of a value is in what is stored for it, nor is the key it was written with.",
        "backend/9/103 backend/9/96"
    )
    .needs(NEEDS),
    case!(
        errors_show_nothing,
        "No error shows a part of the value, of what was stored, or of a key, in whatever form.",
        "backend/9/96"
    )
    .needs(NEEDS),
    case!(
        its_debug_shows_no_key,
        "Neither a transformer nor what it reads with shows its keys, in whatever form.",
        "backend/9/96"
    )
    .needs(&[Capability::JudgedTransformer]),
];

const NEEDS: &[Capability] = &[Capability::JudgedTransformer, Capability::Secrecy];

const ROWS: &[Row] = &names(&LENGTHS);

const LENGTHS: [(&str, usize); 4] = [
    ("one-block", 16),
    ("some", 200),
    ("beyond-4-KiB", 9000),
    ("beyond-64-KiB", 150_000),
];

/// So many bytes of a value are never there by chance.
const PART: usize = 8;

async fn what_is_stored_shows_nothing(context: &Context, row: usize) -> Verdict {
    let hand = Hand::first(context).await?;
    let plain = many(*row_of(&LENGTHS, row));
    let stored = hand.write(AT, &plain).await?;
    let shown: std::collections::HashSet<&[u8]> = stored.windows(PART).collect();
    for (index, part) in plain.chunks_exact(PART).enumerate() {
        let at = index * PART;
        expect_that(
            !shown.contains(part),
            "no part of the value is in what is stored for it",
            format!("the {PART} bytes of the value from byte {at} on are"),
        )?;
    }
    let secret = Key::of(1).secret();
    let shows_key = secret.chunks_exact(PART).any(|part| shown.contains(part));
    expect_that(
        !shows_key,
        "no part of the key is in what is stored",
        "a part of the key is",
    )
}

const WORDS: &[u8] = b"hunter2 pandas are the best of all bears, and nobody may know";

async fn errors_show_nothing(context: &Context) -> Verdict {
    let hand = Hand::first(context).await?;
    let stored = hand.write(AT, WORDS).await?;
    let mut errors: Vec<(&str, value::Error)> = Vec::new();
    for length in (0..stored.len()).step_by(7) {
        if let Err(error) = hand.read(AT, stored.slice(..length)).await? {
            errors.push(("a value that was cut", error));
        }
    }
    for at in 0..stored.len() {
        let mut changed = stored.to_vec();
        if let Some(byte) = changed.get_mut(at) {
            *byte ^= 0x20;
        }
        if let Err(error) = hand.read(AT, changed).await? {
            errors.push(("a value that was changed", error));
        }
    }
    // Wherever the head of a stored value ends, bytes that can be read by anybody stand behind it.
    for head in 0..stored.len().min(80) {
        let open = [&stored.slice(..head), WORDS].concat();
        if let Err(error) = hand.read(AT, open).await? {
            errors.push(("a value that is not encrypted", error));
        }
    }
    if let Err(error) = hand.read("/registry/elsewhere", stored.clone()).await? {
        errors.push(("a value of another key of the store", error));
    }
    let strange = Keys::new(Key::of(2).called("key-1"), []);
    let stranger = Hand::with(context, strange).await?;
    if let Err(error) = stranger.read(AT, stored.clone()).await? {
        errors.push(("a value of another key", error));
    }
    expect_that(
        !errors.is_empty(),
        "a value that was cut or changed fails to be read now and then",
        "it never does",
    )?;
    for (what, error) in errors {
        let text = whole(&error);
        for (name, secret) in secrets() {
            expect_hidden(&text, &secret, || format!("the error about {what}"), name)?;
        }
    }
    Ok(())
}

async fn its_debug_shows_no_key(context: &Context) -> Verdict {
    let hand = Hand::first(context).await?;
    let stored = hand.write(AT, b"pandas").await?;
    let _ = hand.read(AT, stored).await?;
    let transformer = hand.transformer();
    for text in [format!("{transformer:?}"), format!("{transformer:#?}")] {
        for (name, secret) in secrets().into_iter().skip(1) {
            expect_hidden(
                &text,
                &secret,
                || "the transformer's Debug".to_owned(),
                name,
            )?;
        }
    }
    Ok(())
}

/// What nothing may show: the value first, then the keys.
fn secrets() -> [(&'static str, Vec<u8>); 3] {
    [
        ("the value", WORDS.to_vec()),
        ("the key", Key::of(1).secret().to_vec()),
        ("the key that was tried", Key::of(2).secret().to_vec()),
    ]
}

/// An error with all that stands behind it, as people and as programmers read it.
fn whole(error: &value::Error) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!("\n{cause}\n{cause:?}"));
        source = cause.source();
    }
    text
}

fn expect_hidden(text: &str, secret: &[u8], what: impl Fn() -> String, name: &str) -> Verdict {
    let lower = text.to_lowercase();
    let bare: String = lower.split_whitespace().collect();
    for part in secret.windows(PART) {
        let hex: String = part.iter().map(|byte| format!("{byte:02x}")).collect();
        let list: Vec<String> = part.iter().map(u8::to_string).collect();
        let list = list.join(",");
        let escaped = part.escape_ascii().to_string().to_lowercase();
        let words = String::from_utf8(part.to_vec())
            .unwrap_or_default()
            .to_lowercase();
        let found = [
            ("in hexadecimal", bare.contains(&hex)),
            ("number by number", bare.contains(&list)),
            ("escaped", lower.contains(&escaped)),
            ("as it is", !words.is_empty() && lower.contains(&words)),
            ("in base64", in_base64(text, part)),
        ];
        if let Some((form, _)) = found.iter().find(|(_, found)| *found) {
            return Err(unexpected(
                format!("{} shows nothing of {name}", what()),
                format!("it shows a part of it, {form}"),
            ));
        }
    }
    Ok(())
}

/// Base64 groups three bytes: a part is in it where one that begins with a group is.
fn in_base64(text: &str, part: &[u8]) -> bool {
    let encoded = STANDARD_NO_PAD.encode(part.get(..6).unwrap_or(part));
    text.contains(&encoded)
}

#[cfg(test)]
mod tests {
    use super::{expect_hidden, secrets};

    #[test]
    fn secrets_are_found_in_every_form() {
        let (_, key) = &secrets()[1];
        let shown = |text: &str| expect_hidden(text, key, || "it".to_owned(), "the key").is_err();
        assert!(!shown("message authentication failed: 47 of 48 bytes"));
        assert!(shown(&format!("{key:?}")));
        assert!(shown(&format!("{key:#?}")));
        assert!(shown("000102030405060708090a0b"));
        assert!(shown("AAECAwQFBgcICQoLDA0ODw=="));
        assert!(shown(&key.escape_ascii().to_string()));
        let value = |text: &str| {
            let (name, value) = &secrets()[0];
            expect_hidden(text, value, || "it".to_owned(), name).is_err()
        };
        assert!(value("cannot read hunter2 pandas"));
        assert!(!value("cannot read"));
    }
}
