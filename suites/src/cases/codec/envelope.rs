use super::{
    coding::{Coding, shown, told},
    pieces::{
        EMPTY_ENCODING, EMPTY_TYPE, MAGIC, envelope, field, kind, message, message_with, of_pod,
        raw, sample, varint,
    },
};
use crate::{
    case,
    harness::{Capability, Case, Context, Row, Verdict, names, row_of, unexpected},
};

pub(super) const CASES: &[Case] = &[
    case!(
        what_the_api_server_wrote_is_read,
        "An envelope as the API server writes it is read.",
        "backend/8.3"
    )
    .needs(NEEDS),
    case!(
        fields_come_in_any_order,
        "The fields of an envelope are read in whatever order they come.",
        "backend/8.3"
    )
    .needs(NEEDS),
    case!(
        what_is_empty_may_be_missing,
        "What is empty may be missing, in the envelope and in the object, as other writers leave it out.",
        "backend/8.3"
    )
    .needs(NEEDS),
    case!(
        rows ROWS,
        fields_of_later_versions_are_passed_over,
        "A field that nobody knows is passed over, wherever it is and of whatever type.",
        "backend/8.3 backend/8.7"
    )
    .needs(NEEDS),
    case!(
        what_it_says_of_its_content_changes_nothing,
        "An object is read whatever encoding and type of its content the envelope names.",
        "backend/8.3"
    )
    .needs(NEEDS),
    case!(
        other_kinds_are_refused,
        "An envelope of another kind or version is refused, and so is one that does not say.",
        "backend/8.3"
    )
    .needs(NEEDS),
    case!(
        other_envelopes_are_refused,
        "An envelope whose magic has another byte is refused, above all the last one, which numbers envelopes.",
        "backend/8.3"
    )
    .needs(NEEDS),
    case!(
        an_envelope_that_was_cut_is_refused,
        "An envelope that was cut at any length before the end of its object is refused, and cut behind it the same object.",
        "backend/8.7"
    )
    .needs(NEEDS),
    case!(
        lengths_beyond_the_end_are_refused,
        "A field that is longer than what there is, by one byte or by all that can be counted, is an error.",
        "backend/8.7"
    )
    .needs(NEEDS),
];

const NEEDS: &[Capability] = &[Capability::JudgedCodec, Capability::ProtobufReading];

async fn what_the_api_server_wrote_is_read(context: &Context) -> Verdict {
    let coding = Coding::of_envelopes(context)?;
    coding.expect_object(&of_pod(&message()), &sample())
}

async fn fields_come_in_any_order(context: &Context) -> Verdict {
    let coding = Coding::of_envelopes(context)?;
    let (kind, raw) = (kind("v1", "Pod"), raw(&message()));
    let mut turned = vec![&*kind, &raw, EMPTY_ENCODING, EMPTY_TYPE];
    for _ in 0..turned.len() {
        turned.rotate_left(1);
        let reversed: Vec<&[u8]> = turned.iter().rev().copied().collect();
        for fields in [&turned, &reversed] {
            let bytes = envelope(fields);
            coding.note(format!("decode {}", shown(&bytes)));
            coding.expect_object(&bytes, &sample())?;
        }
    }
    Ok(())
}

async fn what_is_empty_may_be_missing(context: &Context) -> Verdict {
    let coding = Coding::of_envelopes(context)?;
    let (kind, whole) = (kind("v1", "Pod"), raw(&message()));
    coding.expect_object(&envelope(&[&kind, &whole, EMPTY_TYPE]), &sample())?;
    coding.expect_object(&envelope(&[&kind, &whole, EMPTY_ENCODING]), &sample())?;
    coding.expect_object(&envelope(&[&kind, &whole]), &sample())?;
    let metadata = b"\x0a\x03foo\x1a\x07test-ns\x5a\x03\x0a\x01a";
    let little = [field(1, metadata), field(2, b"\x52\x03bar")].concat();
    coding.expect_object(&envelope(&[&kind, &raw(&little)]), &sample())
}

const ROWS: &[Row] = &names(&PLACES);

type Make = fn(&[u8]) -> Vec<u8>;

/// Where the field is that nobody knows.
const PLACES: [(&str, Make); 6] = [
    ("at-the-beginning", |later| {
        [
            MAGIC,
            later,
            of_pod(&message()).strip_prefix(MAGIC).unwrap_or_default(),
        ]
        .concat()
    }),
    ("in-the-middle", |later| {
        let (kind, raw) = (kind("v1", "Pod"), raw(&message()));
        envelope(&[&kind, later, &raw, later, EMPTY_ENCODING, EMPTY_TYPE])
    }),
    ("at-the-end", |later| [&of_pod(&message()), later].concat()),
    ("in-the-kind", |later| {
        let said = [later, b"\x0a\x02v1\x12\x03Pod", later].concat();
        let (kind, raw) = (field(1, &said), raw(&message()));
        envelope(&[&kind, &raw, EMPTY_ENCODING, EMPTY_TYPE])
    }),
    ("in-the-object", |later| of_pod(&message_with(b"", later))),
    ("in-the-metadata", |later| of_pod(&message_with(later, b""))),
];

async fn fields_of_later_versions_are_passed_over(context: &Context, row: usize) -> Verdict {
    let coding = Coding::of_envelopes(context)?;
    let place = row_of(&PLACES, row);
    // 15 and 16 are numbers that metadata had once. The key of the largest number takes five bytes.
    for number in [15, 16, 1000, 536_870_911] {
        let key = |wire_type: u64| varint(number << 3 | wire_type);
        for (what, later) in [
            ("a number", [key(0), varint(u64::MAX)].concat()),
            ("eight bytes", [key(1), vec![0xff; 8]].concat()),
            ("no bytes", field(number, b"")),
            ("some bytes", field(number, b"\xff\x80later")),
            ("many bytes", field(number, &[0; 70_000])),
            ("four bytes", [key(5), vec![0x80; 4]].concat()),
        ] {
            coding.note(format!("decode an envelope with {what} as field {number}"));
            coding.expect_object(&place(&later), &sample())?;
        }
    }
    Ok(())
}

async fn what_it_says_of_its_content_changes_nothing(context: &Context) -> Verdict {
    let coding = Coding::of_envelopes(context)?;
    let (kind, raw) = (kind("v1", "Pod"), raw(&message()));
    for (encoding, content) in [
        ("", "application/vnd.kubernetes.protobuf"),
        ("", "application/json"),
        ("gzip", ""),
        ("base64", "application/vnd.kubernetes.protobuf"),
    ] {
        let bytes = envelope(&[
            &kind,
            &raw,
            &field(3, encoding.as_bytes()),
            &field(4, content.as_bytes()),
        ]);
        coding.note(format!("decode {content:?}, encoded as {encoding:?}"));
        coding.expect_object(&bytes, &sample())?;
    }
    Ok(())
}

async fn other_kinds_are_refused(context: &Context) -> Verdict {
    let coding = Coding::of_envelopes(context)?;
    let raw = raw(&message());
    let kinds = [
        ("v1", "Node"),
        ("v1", "pod"),
        ("v1", "PodList"),
        ("v1", ""),
        ("", "Pod"),
        ("", ""),
        ("v2", "Pod"),
        ("v1beta1", "Pod"),
        ("apps/v1", "Pod"),
    ];
    for (api_version, name) in kinds {
        let kind = kind(api_version, name);
        let bytes = envelope(&[&kind, &raw, EMPTY_ENCODING, EMPTY_TYPE]);
        let what = || format!("what is of kind {name:?} and version {api_version:?}");
        coding.expect_refused(&bytes, what)?;
    }
    let silent = [
        ("nothing in its first field", field(1, b"")),
        ("no version", field(1, b"\x12\x03Pod")),
        ("no kind", field(1, b"\x0a\x02v1")),
        ("no first field", Vec::new()),
    ];
    for (what, kind) in silent {
        let bytes = envelope(&[&kind, &raw, EMPTY_ENCODING, EMPTY_TYPE]);
        coding.expect_refused(&bytes, || format!("an envelope with {what}"))?;
    }
    Ok(())
}

async fn other_envelopes_are_refused(context: &Context) -> Verdict {
    let coding = Coding::of_envelopes(context)?;
    let whole = of_pod(&message());
    for place in 0..MAGIC.len() {
        for mask in 1..=255 {
            let mut other = whole.clone();
            if let Some(byte) = other.get_mut(place) {
                *byte ^= mask;
            }
            let what = || {
                format!(
                    "what begins with {}",
                    shown(other.get(..4).unwrap_or_default())
                )
            };
            coding.expect_refused(&other, what)?;
        }
    }
    let what = || "an envelope without its magic".to_owned();
    coding.expect_refused(whole.get(4..).unwrap_or_default(), what)
}

async fn an_envelope_that_was_cut_is_refused(context: &Context) -> Verdict {
    let coding = Coding::of_envelopes(context)?;
    let whole = of_pod(&message());
    // The two empty fields stand behind the object, in two bytes each.
    let object = whole.len() - EMPTY_ENCODING.len() - EMPTY_TYPE.len();
    for length in 0..whole.len() {
        let cut = whole.get(..length).unwrap_or_default();
        let what = || format!("what was cut to {length} of {} bytes", whole.len());
        if length < object {
            coding.expect_refused(cut, what)?;
        } else if let Ok(decoded) = coding.decode(cut)?
            && !coding.is_same(&decoded, &sample())
        {
            return Err(unexpected(
                format!("{} is refused, or the same object", what()),
                format!("it is decoded as {}", told(&decoded)),
            ));
        }
    }
    Ok(())
}

async fn lengths_beyond_the_end_are_refused(context: &Context) -> Verdict {
    let coding = Coding::of_envelopes(context)?;
    let kind = kind("v1", "Pod");
    let message = message();
    for more in [
        1,
        128,
        1 << 31,
        1 << 32,
        1 << 62,
        u64::MAX - message.len() as u64,
    ] {
        let length = varint(message.len() as u64 + more);
        let raw = [&[0x12][..], &length, &message].concat();
        let what = || format!("an object that is {more} bytes longer than what there is");
        coding.expect_refused(&envelope(&[&kind, &raw]), what)?;
        let first = [&[0x0a][..], &varint(9 + more), b"\x0a\x02v1\x12\x03Pod"].concat();
        let what = || format!("a kind that is {more} bytes longer than what there is");
        coding.expect_refused(&envelope(&[&first]), what)?;
        let unknown = [&varint(15 << 3 | 2)[..], &varint(more), b""].concat();
        let what = || format!("an unknown field of {more} bytes that are not there");
        coding.expect_refused(&[of_pod(&message), unknown].concat(), what)?;
    }
    Ok(())
}
