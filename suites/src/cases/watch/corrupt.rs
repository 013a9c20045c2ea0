use storeproof::storage::{AcceptAll, DeleteOptions, Event, REASON_STORAGE_READ, ResourceVersion};
use storeproof_fixtures::objects::{key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, Row, Verdict, expect_eq, expect_that, names, row_of, unexpected,
        version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        are_told_when_they_are_deleted_unseen,
        "The deletion of a corrupt object ends a watch with one 500 that says so, as what it was cannot be told.",
        "backend/6.7 backend/9/59"
    )
    .needs(&[
        Capability::Watch,
        Capability::WatchHistory,
        Capability::Transformer,
        Capability::Codec,
        Capability::CorruptObjects,
    ]),
    case!(
        do_not_come_of_an_outage,
        "The deletion of an object that nobody can be asked about ends a watch with a plain 500.",
        "backend/5.6"
    )
    .needs(NEEDS),
    case!(
        are_not_told_apart_where_that_is_off,
        "Where corrupt objects are not told apart, the deletion of an unreadable object ends a watch with a plain 500.",
        "backend/5.6"
    )
    .needs(NEEDS)
    .without_unsafe_deletion(),
];

const NEEDS: &[Capability] = &[
    Capability::Watch,
    Capability::WatchHistory,
    Capability::Transformer,
];

const ROWS: &[Row] = &names(&DAMAGES);

/// How an object becomes corrupt.
type Damage = fn(&Context);

/// What is done to it, and how the message goes on where that is written down.
const DAMAGES: [(&str, (Damage, &str)); 2] = [
    (
        "transformer",
        (
            |context| context.transformer().fail_reads(Some("/foo")),
            "data from the storage is not transformable revision=0: ",
        ),
    ),
    ("codec", (|context| context.codec().fail_decoding(true), "")),
];

/// A watch from that version has nothing to tell but an error: its reason and its message.
async fn error_of_a_watch(context: &Context, start: ResourceVersion) -> Verdict<(String, String)> {
    let mut watch = context.watch("/pods/", start).await?;
    let expected = "ERROR with code 500";
    match watch.next(expected).await? {
        Event::Error(status) if status.code == Some(500) => {
            watch.expect_end().await?;
            let (reason, message) = (status.reason, status.message);
            Ok((reason.unwrap_or_default(), message.unwrap_or_default()))
        }
        other => Err(unexpected(expected, format!("{other:?}"))),
    }
}

async fn expect_plain(context: &Context, start: ResourceVersion) -> Verdict {
    let (reason, message) = error_of_a_watch(context, start).await?;
    expect_eq("the reason", reason.as_str(), "InternalError")?;
    expect_that(
        message.starts_with("Internal error occurred: "),
        "a message of an internal error",
        message,
    )
}

async fn are_told_when_they_are_deleted_unseen(context: &Context, row: usize) -> Verdict {
    let created = context.create(&pod("test-ns", "foo")).await?;
    let &(damage, cause) = row_of(&DAMAGES, row);
    damage(context);
    let options = DeleteOptions {
        expect_transform_or_decode_error: true,
        ..DeleteOptions::default()
    };
    context
        .store()
        .delete(&key("test-ns", "foo"), options, &mut AcceptAll)
        .await?;
    let (reason, message) = error_of_a_watch(context, version_of(&created)?).await?;
    expect_eq("the reason", reason.as_str(), REASON_STORAGE_READ)?;
    let expected = format!("saw a DELETED event, but object data is corrupt - {cause}");
    expect_that(
        message.starts_with(&expected),
        format!("{expected}…"),
        message,
    )
}

async fn do_not_come_of_an_outage(context: &Context) -> Verdict {
    let created = context.create(&pod("test-ns", "foo")).await?;
    context.delete(&key("test-ns", "foo")).await?;
    context.transformer().make_unavailable(["/foo".to_owned()]);
    expect_plain(context, version_of(&created)?).await
}

async fn are_not_told_apart_where_that_is_off(context: &Context) -> Verdict {
    let created = context.create(&pod("test-ns", "foo")).await?;
    context.delete(&key("test-ns", "foo")).await?;
    context.transformer().fail_reads(Some("/foo"));
    expect_plain(context, version_of(&created)?).await
}
