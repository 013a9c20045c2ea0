use storeproof_fixtures::objects::{Pod, PodExt, pod};

use super::coding::{Coding, shown};
use crate::{
    case,
    harness::{Capability, Case, Context, Verdict, expect_that},
};

pub(super) const CASES: &[Case] = &[
    case!(
        is_written_as_the_api_server_writes_it,
        "CBOR is written with its mark, texts as bytes, and members in the order of their encoded names: short ones first.",
        "backend/8.5"
    )
    .needs(NEEDS),
    case!(
        every_spelling_is_read,
        "CBOR is read whether texts are texts or bytes, of a length that is told or not, and in whatever order members come.",
        "backend/8.5"
    )
    .needs(NEEDS),
    case!(
        fields_of_later_versions_are_ignored,
        "A member that nobody knows is ignored, whatever it is.",
        "backend/8.5"
    )
    .needs(NEEDS),
    case!(
        what_objects_are_not_made_of_is_refused,
        "Members that come twice, names that are no texts, texts that are none, and numbers that are none are errors.",
        "backend/8.5"
    )
    .needs(NEEDS),
    case!(
        other_kinds_are_refused,
        "An object of another kind or version is refused, and so is one that does not say, or has no mark.",
        "backend/8.1 backend/8.5"
    )
    .needs(NEEDS),
];

const NEEDS: &[Capability] = &[Capability::JudgedCodec, Capability::CborForm];

const MARK: &[u8] = b"\xd9\xd9\xf7";

fn sample() -> Pod {
    pod("test-ns", "foo").label("b", "").label("aa", "1")
}

/// The sample as an API server would write it.
const WRITTEN: &[u8] =
    b"\xa3\x44kind\x43Pod\x48metadata\xa3\x44name\x43foo\x46labels\xa2\x41b\x40\x42aa\x411\
    \x49namespace\x47test-ns\x4aapiVersion\x42v1";

fn marked(body: &[u8]) -> Vec<u8> {
    [MARK, body].concat()
}

async fn is_written_as_the_api_server_writes_it(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    let bytes = coding.encode(&sample())?;
    expect_that(
        bytes == marked(WRITTEN),
        format!("an object is written as {}", shown(&marked(WRITTEN))),
        format!("it is written as {}", shown(&bytes)),
    )?;
    let mut numbered = pod("test-ns", "foo");
    for (generation, number) in [
        (23, &b"\x17"[..]),
        (24, b"\x18\x18"),
        (-1, b"\x20"),
        (65_536, b"\x1a\x00\x01\x00\x00"),
    ] {
        numbered.metadata.generation = Some(generation);
        let bytes = coding.encode(&numbered)?;
        let member = [&b"\x4ageneration"[..], number].concat();
        expect_that(
            bytes.windows(member.len()).any(|part| part == member),
            format!("{} stands in it", shown(&member)),
            shown(&bytes),
        )?;
    }
    Ok(())
}

/// The same object, spelled otherwise.
const BODIES: [(&str, &[u8]); 4] = [
    ("as it is written", WRITTEN),
    (
        "with texts that are texts",
        b"\xa3\x64kind\x63Pod\x68metadata\xa3\x64name\x63foo\x66labels\xa2\x61b\x60\x62aa\x611\
        \x69namespace\x67test-ns\x6aapiVersion\x62v1",
    ),
    (
        "without lengths",
        b"\xbf\x44kind\x5f\x41P\x42od\xff\x48metadata\xbf\x44name\x7f\x62fo\x61o\xff\x46labels\xbf\x41b\x40\x42aa\x411\xff\
        \x49namespace\x47test-ns\xff\x4aapiVersion\x42v1\xff",
    ),
    (
        "in another order",
        b"\xa3\x48metadata\xa3\x49namespace\x47test-ns\x44name\x43foo\x46labels\xa2\x42aa\x411\x41b\x40\
        \x4aapiVersion\x42v1\x44kind\x43Pod",
    ),
];

async fn every_spelling_is_read(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    for (spelling, body) in BODIES {
        coding.note(format!("decode an object {spelling}: {}", shown(body)));
        coding.expect_object(&marked(body), &sample())?;
    }
    Ok(())
}

/// The sample's members with one more, which is given with its name.
fn with(member: &[u8]) -> Vec<u8> {
    let members = WRITTEN.get(1..).unwrap_or_default();
    [MARK, b"\xa4", members, member].concat()
}

async fn fields_of_later_versions_are_ignored(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    for value in [
        &b"\xf6"[..],
        b"\xf5",
        b"\x39\x01\x00",
        b"\xf9\x3e\x00",
        b"\xfb\x3e\x7a\xd7\xf2\x9a\xbc\xaf\x48",
        b"\x43abc",
        b"\xd6\x43\x00\x01\xff",
        b"\x83\x01\x80\xa1\x41a\xf4",
        b"\xbf\x61a\x9f\xff\xff",
    ] {
        let later = with(&[b"\x45later", value].concat());
        coding.note(format!("decode {}", shown(&later)));
        coding.expect_object(&later, &sample())?;
    }
    Ok(())
}

/// A member too much, by what is wrong with it.
const MEMBERS: [(&str, &[u8]); 8] = [
    ("its kind", b"\x44kind\x43Pod"),
    ("its kind, as a text,", b"\x64kind\x63Pod"),
    ("a number for a name", b"\x01\x01"),
    ("null for a name", b"\xf6\x01"),
    ("a text that is none", b"\x65later\x62\xc3\x28"),
    ("a float that is no number", b"\x45later\xf9\x7e\x00"),
    ("a float without an end", b"\x45later\xfa\x7f\x80\x00\x00"),
    (
        "an integer of more than 63 bits",
        b"\x45later\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
    ),
];

async fn what_objects_are_not_made_of_is_refused(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    for (what, member) in MEMBERS {
        let whole = || format!("an object with {what} beside its members");
        coding.expect_refused(&with(member), whole)?;
    }
    Ok(())
}

async fn other_kinds_are_refused(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    let rest = b"\x48metadata\xa1\x44name\x43foo";
    let of = |kinds: &[u8], members: u8| [MARK, &[0xa0 | members], kinds, rest].concat();
    for (kinds, members) in [
        (&b"\x44kind\x44Node\x4aapiVersion\x42v1"[..], 3),
        (b"\x44kind\x43pod\x4aapiVersion\x42v1", 3),
        (b"\x44kind\x40\x4aapiVersion\x42v1", 3),
        (b"\x44kind\x43Pod\x4aapiVersion\x42v2", 3),
        (b"\x44kind\x43Pod", 2),
        (b"\x4aapiVersion\x42v1", 2),
        (b"", 1),
    ] {
        let what = || format!("what says {} of itself", shown(kinds));
        coding.expect_refused(&of(kinds, members), what)?;
    }
    let bare = || "an object without its mark".to_owned();
    coding.expect_refused(WRITTEN, bare)?;
    let twice = || "an object with its mark twice".to_owned();
    coding.expect_refused(&[MARK, MARK, WRITTEN].concat(), twice)
}
