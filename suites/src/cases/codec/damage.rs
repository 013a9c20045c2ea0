use proptest::{collection::vec, prelude::*};
use storeproof_fixtures::objects::{Pod, PodExt, pod};

use super::coding::{Coding, shown, told};
use crate::{
    case,
    harness::{Capability, Case, Context, Effort, Trial, Verdict, judged, search, unexpected},
};

pub(super) const CASES: &[Case] = &[
    case!(
        cut_bytes_are_no_other_object,
        "Bytes that were cut at any length are an error, or the same object still: never another one.",
        "backend/8.7"
    )
    .needs(NEEDS),
    case!(
        what_is_behind_an_object_is_noticed,
        "Bytes behind those of an object are an error.",
        "backend/8.7"
    )
    .needs(NEEDS),
    case!(
        any_other_bytes_are_refused,
        "Bytes that are no object are an error.",
        "backend/8.7"
    )
    .needs(NEEDS),
    case!(
        an_error_leaves_nothing_behind,
        "After bytes that are no object the next ones are decoded as ever.",
        "backend/8.7"
    )
    .needs(NEEDS),
    case!(
        nothing_panics,
        "Whatever was changed in its bytes, decoding an object ends with an object or an error.",
        "backend/8.7"
    )
    .needs(NEEDS),
];

const NEEDS: &[Capability] = &[Capability::JudgedCodec];

fn sample() -> Pod {
    let mut sample = pod("test-ns", "foo").label("a", "1").annotation("ä", "€");
    sample.metadata.generation = Some(70);
    sample
}

async fn cut_bytes_are_no_other_object(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    let bytes = coding.encode(&sample())?;
    for length in 0..bytes.len() {
        let cut = bytes.get(..length).unwrap_or_default();
        match coding.decode(cut)? {
            Ok(decoded) if !coding.is_same(&decoded, &sample()) => {
                return Err(unexpected(
                    format!(
                        "cut to {length} of {} bytes, it is no other object",
                        bytes.len()
                    ),
                    format!("{} is decoded as {}", shown(cut), told(&decoded)),
                ));
            }
            // What only closes an object may be missing: a newline. Half of it may not.
            Ok(_) if length < bytes.len() - bytes.len() / 4 => {
                return Err(unexpected(
                    format!("cut to {length} of {} bytes, it is refused", bytes.len()),
                    "it is decoded as if it were whole",
                ));
            }
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}

async fn what_is_behind_an_object_is_noticed(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    let bytes = coding.encode(&sample())?;
    for behind in [b"x".as_slice(), b"\0", b"}", b"{}", &bytes] {
        let longer = [&bytes, behind].concat();
        let what = || format!("an object with {} behind it", shown(behind));
        coding.expect_refused(&longer, what)?;
    }
    Ok(())
}

async fn any_other_bytes_are_refused(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    for bytes in [
        b"".as_slice(),
        b" ",
        b"\n",
        b"null",
        b"[]",
        b"{",
        b"{}",
        b"\"Pod\"",
        b"k8s",
        b"k8s\0",
        b"k8s:enc:aesgcm:v1:key:abc",
        b"\xd9\xd9\xf7",
        b"\xff\xfe",
    ] {
        coding.expect_refused(bytes, || shown(bytes))?;
    }
    let junk = || vec(vec(any::<u8>(), 0..100), 1..12);
    let run = |junk, _| refuse_all(context, junk);
    search(context, "codec::junk", Effort::FULL, junk, run).await
}

async fn refuse_all(context: &Context, junk: Vec<Vec<u8>>) -> Trial {
    let coding = Coding::of(context)?;
    let mut done = Vec::new();
    let mut verdict = || {
        for bytes in &junk {
            done.push(format!("decode {}", shown(bytes)));
            coding.expect_refused(bytes, || shown(bytes))?;
        }
        Ok(())
    };
    let verdict = verdict();
    judged(verdict, done)
}

async fn an_error_leaves_nothing_behind(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    let bytes = coding.encode(&sample())?;
    for length in 0..bytes.len() / 2 {
        let cut = bytes.get(..length).unwrap_or_default();
        let what = || format!("what was cut to {length} of {} bytes", bytes.len());
        coding.expect_refused(cut, what)?;
        coding.expect_object(&bytes, &sample())?;
    }
    Ok(())
}

async fn nothing_panics(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    let bytes = coding.encode(&sample())?;
    for at in 0..bytes.len() {
        let _ = coding.decode(bytes.get(..at).unwrap_or_default())?;
        let _ = coding.decode(bytes.get(at..).unwrap_or_default())?;
        for mask in [1, 2, 4, 8, 16, 32, 64, 128, 255] {
            let mut changed = bytes.clone();
            if let Some(byte) = changed.get_mut(at) {
                *byte ^= mask;
            }
            let _ = coding.decode(&changed)?;
        }
    }
    Ok(())
}
