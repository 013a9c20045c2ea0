use storeproof::storage::{DeleteOptions, Preconditions};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, RecordedValidation, Refusal, Row, Verdict,
        expect_eq, names, row_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        an_unreadable_object_can_be_deleted,
        "An object that cannot be read is deleted where that is expected, after the validation agreed without seeing it.",
        "store/5.3.17 store/6/21"
    )
    .needs(NEEDS),
    case!(
        rows ROWS,
        an_unreadable_object_is_not_deleted_unasked,
        "An object that cannot be read is not deleted by an ordinary deletion.",
        "store/3.5"
    )
    .needs(&[Capability::Transformer, Capability::Codec]),
    case!(
        rows ROWS,
        validation_may_keep_an_unreadable_object,
        "An error of the validation keeps an object that cannot be read, and is handed back as it is.",
        "store/6/21"
    )
    .needs(NEEDS),
    case!(
        a_readable_object_is_refused,
        "An object that can be read is not deleted as unreadable, which the error says, and nothing is asked.",
        "store/5.3.18 store/3.5"
    )
    .needs(&[Capability::CorruptObjects]),
    case!(
        a_suggestion_does_not_replace_the_look,
        "Whether an object can be read is seen in what is stored, not in a suggestion.",
        "store/5.3.18"
    )
    .needs(NEEDS),
    case!(
        an_object_that_becomes_readable_is_refused,
        "An object that somebody makes readable in between is not deleted as unreadable.",
        "store/5.3.16"
    )
    .needs(NEEDS),
    case!(
        another_unreadable_revision_is_deleted_too,
        "A corrupt object that is written again meanwhile and is as corrupt is deleted after the validation agreed again.",
        "store/6/29"
    )
    .needs(NEEDS),
    case!(
        a_deletion_in_between_is_not_found,
        "A corrupt object that somebody else deletes meanwhile is not found by its deletion, which asks no more.",
        "store/6/29 store/6/20"
    )
    .needs(NEEDS),
    case!(
        a_missing_object_is_not_found,
        "A missing object is not found by a deletion of unreadable ones either, and nothing is asked.",
        "store/6/29"
    ),
    case!(
        conditions_cannot_be_enforced_on_it,
        "Preconditions on an object that cannot be read, empty ones too, fail as an internal error, and it stays.",
        "store/6/27 store/1.5"
    )
    .needs(NEEDS),
];

const NEEDS: &[Capability] = &[
    Capability::Transformer,
    Capability::Codec,
    Capability::CorruptObjects,
];

pub(super) const ROWS: &[Row] = &names(&DAMAGES);

/// How an object becomes unreadable, and readable again.
pub(super) type Damage = fn(&Context, bool);

pub(super) const DAMAGES: [(&str, Damage); 2] = [
    ("transformer", |context, fail| {
        context.transformer().fail_reads(fail.then_some("/foo"));
    }),
    ("codec", |context, fail| context.codec().fail_decoding(fail)),
];

pub(super) fn unreadable() -> DeleteOptions<Pod> {
    DeleteOptions {
        expect_transform_or_decode_error: true,
        ..DeleteOptions::default()
    }
}

async fn an_unreadable_object_can_be_deleted(context: &Context, row: usize) -> Verdict {
    let (at, damage) = (key("test-ns", "foo"), row_of(&DAMAGES, row));
    context.create(&pod("test-ns", "foo")).await?;
    damage(context, true);
    let mut validation = RecordedValidation::accepting();
    let deleted = context
        .store()
        .delete(&at, unreadable(), &mut validation)
        .await?;
    expect_eq("the last state of an unreadable object", deleted, None)?;
    validation.expect_asked(&[None])?;
    context.expect_missing(&at).await?;
    damage(context, false);
    context.expect_missing(&at).await
}

async fn an_unreadable_object_is_not_deleted_unasked(context: &Context, row: usize) -> Verdict {
    let (at, damage) = (key("test-ns", "foo"), row_of(&DAMAGES, row));
    let stored = context.create(&pod("test-ns", "foo")).await?;
    damage(context, true);
    let mut validation = RecordedValidation::accepting();
    let options = DeleteOptions::default();
    let refused = context.store().delete(&at, options, &mut validation).await;
    damage(context, false);
    refused.expect_failure("the object cannot be read", |error| {
        !error.is_not_found() && !error.is_invalid_object()
    })?;
    expect_eq("calls of the validation", validation.calls(), 0)?;
    context.expect_stored(&at, &stored).await
}

async fn validation_may_keep_an_unreadable_object(context: &Context, row: usize) -> Verdict {
    let (at, damage) = (key("test-ns", "foo"), row_of(&DAMAGES, row));
    let stored = context.create(&pod("test-ns", "foo")).await?;
    damage(context, true);
    let mut validation = RecordedValidation::refusing();
    let refused = context
        .store()
        .delete(&at, unreadable(), &mut validation)
        .await;
    damage(context, false);
    Refusal::expect(refused)?;
    validation.expect_asked(&[None])?;
    context.expect_stored(&at, &stored).await
}

async fn a_readable_object_is_refused(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let mut validation = RecordedValidation::accepting();
    let refused = context
        .store()
        .delete(&at, unreadable(), &mut validation)
        .await;
    let error = refused.expect_invalid_object()?;
    context.expect_verdict_on(&at, &error)?;
    Err::<(), _>(error).expect_text(
        "unsafe deletion is not allowed because the object is decodable from storage",
    )?;
    expect_eq("calls of the validation", validation.calls(), 0)?;
    context.expect_stored(&at, &stored).await
}

async fn a_suggestion_does_not_replace_the_look(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let options = || DeleteOptions {
        suggestion: Some(stored.clone()),
        ..unreadable()
    };
    let mut validation = RecordedValidation::accepting();
    let refused = context
        .store()
        .delete(&at, options(), &mut validation)
        .await;
    refused.expect_invalid_object()?;
    context.expect_stored(&at, &stored).await?;
    context.transformer().fail_reads(Some("/foo"));
    let mut validation = RecordedValidation::accepting();
    let deleted = context
        .store()
        .delete(&at, options(), &mut validation)
        .await?;
    expect_eq("the last state of an unreadable object", deleted, None)?;
    validation.expect_asked(&[None])?;
    context.expect_missing(&at).await
}

async fn an_object_that_becomes_readable_is_refused(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    context.transformer().fail_reads(Some("/foo"));
    let mut validation = RecordedValidation::accepting().meanwhile(async {
        context.transformer().fail_reads(None);
        context
            .update(&at, |pod| pod.label("repaired", "1"))
            .await
            .map(drop)
    });
    let refused = context
        .store()
        .delete(&at, unreadable(), &mut validation)
        .await;
    refused.expect_invalid_object()?;
    validation.expect_asked(&[None])?;
    let repaired = context.get(&at).await?;
    let wanted = stored.label("repaired", "1").at(repaired.version());
    expect_eq("the object", &repaired, &wanted)
}

async fn another_unreadable_revision_is_deleted_too(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    context.create(&pod("test-ns", "foo")).await?;
    context.transformer().fail_reads(Some("/foo"));
    let mut validation = RecordedValidation::accepting().meanwhile(async {
        context.transformer().fail_reads(None);
        context.update(&at, |pod| pod.label("a", "1")).await?;
        context.transformer().fail_reads(Some("/foo"));
        Ok(())
    });
    let deleted = context
        .store()
        .delete(&at, unreadable(), &mut validation)
        .await?;
    expect_eq("the last state of an unreadable object", deleted, None)?;
    validation.expect_asked(&[None, None])?;
    context.expect_missing(&at).await
}

async fn a_deletion_in_between_is_not_found(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    context.create(&pod("test-ns", "foo")).await?;
    context.transformer().fail_reads(Some("/foo"));
    let mut validation = RecordedValidation::accepting().meanwhile(async {
        context.transformer().fail_reads(None);
        context.delete(&at).await?;
        context.transformer().fail_reads(Some("/foo"));
        Ok(())
    });
    let refused = context
        .store()
        .delete(&at, unreadable(), &mut validation)
        .await;
    let error = refused.expect_not_found()?;
    context.expect_verdict_on(&at, &error)?;
    validation.expect_asked(&[None])
}

async fn a_missing_object_is_not_found(context: &Context) -> Verdict {
    let mut validation = RecordedValidation::accepting();
    let at = key("test-ns", "missing");
    let refused = context
        .store()
        .delete(&at, unreadable(), &mut validation)
        .await;
    refused.expect_not_found()?;
    expect_eq("calls of the validation", validation.calls(), 0)
}

async fn conditions_cannot_be_enforced_on_it(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo").uid("A")).await?;
    context.transformer().fail_reads(Some("/foo"));
    for conditions in [Preconditions::uid("A"), Preconditions::default()] {
        let mut validation = RecordedValidation::accepting();
        let options = DeleteOptions {
            preconditions: Some(conditions),
            ..unreadable()
        };
        let refused = context.store().delete(&at, options, &mut validation).await;
        let error = refused.expect_internal()?;
        Err::<(), _>(error).expect_text("can't enforce preconditions")?;
        expect_eq("calls of the validation", validation.calls(), 0)?;
    }
    context.transformer().fail_reads(None);
    context.expect_stored(&at, &stored).await
}
