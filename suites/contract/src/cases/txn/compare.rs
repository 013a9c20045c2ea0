//! What comparisons say. Those that Kubernetes sends are looked at with what it sends them in.

use bytes::Bytes;
use storeproof_wire::etcdserverpb::{
    Compare, PutRequest,
    compare::{CompareResult, CompareTarget, TargetUnion},
};

use crate::{
    Case, Context, Tier, Verdict, case, expect_succeeded,
    transaction::{asking, compare},
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        versions,
        "Versions can be compared for all results, below, at and above what there is.",
        "TXN-40"
    ),
    case!(
        Tier::Parity,
        creates,
        "Revisions of creates can be compared for all results, below, at and above what there is.",
        "TXN-40"
    ),
    case!(
        Tier::Parity,
        modifications,
        "Revisions of last writes can be compared for all results, below, at and above what there is.",
        "TXN-40"
    ),
    case!(
        Tier::Parity,
        leases,
        "Leases can be compared for all results, below, at and above what there is.",
        "TXN-40"
    ),
    case!(
        Tier::Parity,
        values,
        "Values can be compared for all results byte by byte, below, at and above what there is.",
        "TXN-40"
    ),
    case!(
        Tier::Parity,
        a_missing_key_has_zeros_and_no_value,
        "A missing key compares as if it had zeros; no comparison of its value holds, not even for another one.",
        "TXN-40"
    ),
    case!(
        Tier::Parity,
        no_operand_is_zero,
        "A comparison without an operand compares with zero, or with nothing.",
        "TXN-40"
    ),
    case!(
        Tier::Parity,
        every_key_of_a_range_must_satisfy,
        "A comparison of a range holds where it does of every key; an empty one is compared as a missing key.",
        "TXN-41"
    ),
];

const RESULTS: [CompareResult; 4] = [
    CompareResult::Equal,
    CompareResult::Greater,
    CompareResult::Less,
    CompareResult::NotEqual,
];

/// For each result, whether it holds with an operand below, equal to and above what is stored.
const MATRIX: [[bool; 3]; 4] = [
    [false, true, false],
    [true, false, false],
    [false, false, true],
    [true, false, true],
];

async fn expect_holds(context: &Context, request: Compare, expected: bool) -> Verdict {
    let what = format!(
        "the comparison {:?} {:?} with {:?}",
        request.target(),
        request.result(),
        request.target_union
    );
    let answer = context.client().txn(asking([request])).await?;
    expect_succeeded(&what, &answer, expected)
}

/// Compares the key with operands below, equal to and above what it has.
async fn expect_matrix(context: &Context, key: &Bytes, operands: [TargetUnion; 3]) -> Verdict {
    for (result, row) in RESULTS.into_iter().zip(MATRIX) {
        for (operand, expected) in operands.iter().zip(row) {
            let request = compare(key, result, operand.clone());
            expect_holds(context, request, expected).await?;
        }
    }
    Ok(())
}

/// The same where what is compared is a number.
async fn expect_numbers(context: &Context, of: fn(i64) -> TargetUnion, stored: i64) -> Verdict {
    let operands = [stored - 1, stored, stored + 1].map(of);
    expect_matrix(context, &context.key("a"), operands).await
}

/// The key `a` at version 2; the revisions of its create and of its last write.
async fn twice(context: &Context) -> Verdict<(i64, i64)> {
    let created = context.create("a", "1").await?;
    Ok((created, context.update("a", "mm", created).await?))
}

async fn versions(context: &Context) -> Verdict {
    twice(context).await?;
    expect_numbers(context, TargetUnion::Version, 2).await
}

async fn creates(context: &Context) -> Verdict {
    let (created, _) = twice(context).await?;
    expect_numbers(context, TargetUnion::CreateRevision, created).await
}

async fn modifications(context: &Context) -> Verdict {
    let (_, updated) = twice(context).await?;
    expect_numbers(context, TargetUnion::ModRevision, updated).await
}

async fn leases(context: &Context) -> Verdict {
    let lease = context.lease().await?;
    let put = PutRequest {
        lease,
        ..context.putting("a", "1")
    };
    context.client().put(put).await?;
    expect_numbers(context, TargetUnion::Lease, lease).await
}

async fn values(context: &Context) -> Verdict {
    twice(context).await?;
    let key = context.key("a");
    let around: [[&'static [u8]; 3]; 4] = [
        [b"ml", b"mm", b"mn"],
        [b"m", b"mm", b"mm\0"],
        [b"Mm", b"mm", b"\xff"],
        [b"", b"mm", b"n"],
    ];
    for operands in around {
        let operands = operands.map(|value| TargetUnion::Value(Bytes::from_static(value)));
        expect_matrix(context, &key, operands).await?;
    }
    Ok(())
}

async fn a_missing_key_has_zeros_and_no_value(context: &Context) -> Verdict {
    let key = context.key("missing");
    let numbers: [fn(i64) -> TargetUnion; 4] = [
        TargetUnion::Version,
        TargetUnion::CreateRevision,
        TargetUnion::ModRevision,
        TargetUnion::Lease,
    ];
    for of in numbers {
        expect_matrix(context, &key, [-1, 0, 1].map(of)).await?;
    }
    for result in RESULTS {
        for value in [&b""[..], b"1"] {
            let operand = TargetUnion::Value(Bytes::from_static(value));
            expect_holds(context, compare(&key, result, operand), false).await?;
        }
    }
    Ok(())
}

async fn no_operand_is_zero(context: &Context) -> Verdict {
    twice(context).await?;
    context.create("empty", "").await?;
    let without = |name: &str, target: CompareTarget, result: CompareResult| Compare {
        result: result.into(),
        target: target.into(),
        key: context.key(name),
        ..Compare::default()
    };
    let (equal, greater) = (CompareResult::Equal, CompareResult::Greater);
    let expected = [
        (without("missing", CompareTarget::Mod, equal), true),
        (without("missing", CompareTarget::Version, equal), true),
        (without("a", CompareTarget::Mod, equal), false),
        (without("a", CompareTarget::Mod, greater), true),
        (without("a", CompareTarget::Version, greater), true),
        (without("a", CompareTarget::Create, greater), true),
        (without("a", CompareTarget::Lease, equal), true),
        (without("empty", CompareTarget::Value, equal), true),
        (without("a", CompareTarget::Value, equal), false),
    ];
    for (request, expected) in expected {
        expect_holds(context, request, expected).await?;
    }
    Ok(())
}

async fn every_key_of_a_range_must_satisfy(context: &Context) -> Verdict {
    let created = context.create("p/a", "same").await?;
    context.create("p/b", "same").await?;
    context.update("p/a", "same", created).await?;
    let over = |name: &str, result: CompareResult, operand: TargetUnion| Compare {
        range_end: Context::end_of(&context.key(name)),
        ..compare(&context.key(name), result, operand)
    };
    let same = TargetUnion::Value(Bytes::from_static(b"same"));
    let (equal, greater, other) = (
        CompareResult::Equal,
        CompareResult::Greater,
        CompareResult::NotEqual,
    );
    let to_the_end = Compare {
        range_end: Bytes::from_static(b"\0"),
        ..compare(&context.key("p/"), greater, TargetUnion::Version(0))
    };
    let expected = [
        (over("p/", greater, TargetUnion::Version(0)), true),
        (over("p/", greater, TargetUnion::Version(1)), false),
        (over("p/", equal, TargetUnion::Version(1)), false),
        (over("p/", equal, same.clone()), true),
        (over("p/", other, same.clone()), false),
        (over("none/", equal, TargetUnion::Version(0)), true),
        (over("none/", greater, TargetUnion::Version(0)), false),
        (over("none/", equal, same.clone()), false),
        (over("none/", other, same), false),
        (to_the_end, true),
    ];
    for (request, expected) in expected {
        expect_holds(context, request, expected).await?;
    }
    Ok(())
}
