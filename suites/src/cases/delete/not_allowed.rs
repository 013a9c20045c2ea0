use storeproof::storage::{DeleteOptions, Error};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use super::unreadable::{DAMAGES, ROWS, unreadable};
use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, RecordedValidation, Verdict, expect_eq,
        row_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        an_unreadable_object_stays,
        "Where unsafe deletion is not allowed, asking for it deletes no object that cannot be read.",
        "store/6/28"
    )
    .needs(&[Capability::Transformer, Capability::Codec])
    .without_unsafe_deletion(),
    case!(
        a_readable_object_is_deleted,
        "Where unsafe deletion is not allowed, asking for it is an ordinary deletion of an object that can be read.",
        "store/6/28"
    )
    .without_unsafe_deletion(),
    case!(
        a_suggestion_counts,
        "Where unsafe deletion is not allowed, asking for it leaves a suggestion what it is in an ordinary deletion.",
        "store/6/28 store/3.5"
    )
    .without_unsafe_deletion(),
];

async fn an_unreadable_object_stays(context: &Context, row: usize) -> Verdict {
    let (at, damage) = (key("test-ns", "foo"), row_of(&DAMAGES, row));
    let stored = context.create(&pod("test-ns", "foo")).await?;
    damage(context, true);
    let mut validation = RecordedValidation::accepting();
    let refused = context
        .store()
        .delete(&at, unreadable(), &mut validation)
        .await;
    damage(context, false);
    let transforming = row == 0;
    refused.expect_failure("the plain error of reading it", |error: &Error| {
        error.is_internal() == transforming && error.code().is_none() && !error.is_corrupt_object()
    })?;
    expect_eq("calls of the validation", validation.calls(), 0)?;
    context.expect_stored(&at, &stored).await
}

async fn deletes(context: &Context, options: DeleteOptions<Pod>, stored: &Pod) -> Verdict {
    let at = key("test-ns", "foo");
    let mut validation = RecordedValidation::accepting();
    let deleted = context
        .store()
        .delete(&at, options, &mut validation)
        .await?;
    validation.expect_asked(&[Some(stored)])?;
    let version = deleted.as_ref().map_or("", |deleted| deleted.version());
    let last = stored.clone().at(version);
    expect_eq("the last state", deleted.as_ref(), Some(&last))?;
    context.expect_missing(&at).await
}

async fn a_readable_object_is_deleted(context: &Context) -> Verdict {
    let stored = context.create(&pod("test-ns", "foo")).await?;
    deletes(context, unreadable(), &stored).await
}

async fn a_suggestion_counts(context: &Context) -> Verdict {
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let options = DeleteOptions {
        suggestion: Some(stored.clone()),
        ..unreadable()
    };
    deletes(context, options, &stored).await
}
