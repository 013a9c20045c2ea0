use bytes::Bytes;

use super::{
    hand::{AT, Hand},
    value::many,
};
use crate::{
    case,
    harness::{Capability, Case, Context, Key, Keys, Row, Verdict, names, row_of, unexpected},
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        another_key_is_refused,
        "A value is refused by whoever has another key, whatever that is called.",
        "backend/7.13.7"
    )
    .needs(&[
        Capability::JudgedTransformer,
        Capability::Secrecy,
        Capability::Authentication,
    ]),
    case!(
        rows ROWS,
        another_key_never_shows_the_value,
        "Whoever has another key never reads the value.",
        "backend/7.13.7"
    )
    .needs(&[Capability::JudgedTransformer, Capability::Secrecy]),
];

const ROWS: &[Row] = &names(&STRANGERS);

type Make = fn() -> Keys;

const STRANGERS: [(&str, Make); 3] = [
    ("other-name", || Keys::of(2)),
    ("same-name", || Keys::new(Key::of(2).called("key-1"), [])),
    ("same-but-for-a-bit", || {
        Keys::new(Key::of(1).but_for_a_bit(), [])
    }),
];

async fn another_key_is_refused(context: &Context, row: usize) -> Verdict {
    for plain in [b"".to_vec(), b"pandas".to_vec(), many(100)] {
        let (stored, stranger) = written_for_others(context, &plain, row).await?;
        let what = || "what was written with key-1".to_owned();
        stranger.expect_refused(AT, stored, what).await?;
    }
    Ok(())
}

/// Without authentication other bytes may come of it, but not these.
async fn another_key_never_shows_the_value(context: &Context, row: usize) -> Verdict {
    let plain = many(100);
    for _ in 0..50 {
        let (stored, stranger) = written_for_others(context, &plain, row).await?;
        let Ok(opened) = stranger.read(AT, stored).await? else {
            continue;
        };
        let shows = |part: &[u8]| opened.plain.windows(part.len()).any(|read| read == part);
        if plain.chunks(20).any(shows) {
            return Err(unexpected(
                "whoever has another key reads nothing of the value",
                "it is read, or a part of it",
            ));
        }
    }
    Ok(())
}

async fn written_for_others<'a>(
    context: &'a Context,
    plain: &[u8],
    row: usize,
) -> Verdict<(Bytes, Hand<'a>)> {
    let stored = Hand::first(context).await?.write(AT, plain).await?;
    let stranger = Hand::with(context, row_of(&STRANGERS, row)()).await?;
    Ok((stored, stranger))
}
