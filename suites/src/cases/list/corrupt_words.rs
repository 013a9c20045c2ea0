use storeproof::storage::{Error, ListOptions};
use storeproof_fixtures::objects::{Pod, PodExt, everything, key, labels, pod};

use super::corrupt::{broken_list, causes, fill};
use crate::{
    case,
    harness::{
        Capability, Case, Context, Row, Verdict, expect_eq, expect_that, names, row_of, selecting,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        say_what_is_damaged,
        "Whether the transformer or the codec fails, each corrupt object is told with its full key and what failed.",
        "store/6/64 store/3.11"
    )
    .needs(NEEDS),
    case!(
        name_the_resource,
        "The error of a list that meets corrupt objects names their resource, and the operation.",
        "store/6/64 store/3.11"
    )
    .needs(NEEDS),
    case!(
        say_what_ended_the_list,
        "What ends a list behind corrupt objects is told last, in words, and is not counted.",
        "store/5.3.22 store/3.11"
    )
    .needs(NEEDS),
    case!(
        rows LIMITED_ROWS,
        fail_a_page,
        "A page that meets corrupt objects fails without a token, with as many objects as fit in it.",
        "store/6/64 store/3.7.4"
    )
    .needs(&[
        Capability::Transformer,
        Capability::CorruptObjects,
        Capability::Paging,
    ]),
    case!(
        fail_a_list_of_one,
        "A list of a single key that holds a corrupt object fails as any other list does.",
        "store/3.7.7"
    )
    .needs(NEEDS),
];

const NEEDS: &[Capability] = &[
    Capability::Transformer,
    Capability::Codec,
    Capability::CorruptObjects,
];

const ROWS: &[Row] = &names(&DAMAGES);

/// Which of seven Pods cannot be transformed, and which cannot be decoded.
type Damage = (&'static [usize], &'static [usize]);

const DAMAGES: [(&str, Damage); 3] = [
    ("transformer", (&[2, 4], &[])),
    ("codec", (&[], &[2, 4])),
    ("both", (&[4], &[2, 6])),
];

const LIMITED_ROWS: &[Row] = &names(&LIMITED);

/// Pods, of which the second is corrupt: the selection, and what is read of them with a limit of two.
type Limited = (fn() -> ListOptions<Pod>, &'static [&'static str]);

const LIMITED: [(&str, Limited); 2] = [
    (
        "everything",
        (|| selecting(everything()), &["foo-000001", "foo-000003"]),
    ),
    (
        "selected",
        (
            || selecting(labels(&[("a", "b")])),
            &["foo-000001", "foo-000004"],
        ),
    ),
];

fn name(number: &usize) -> String {
    format!("foo-{number:06}")
}

fn damage(context: &Context, untransformable: &[usize], undecodable: &[usize]) {
    let transformer = context.transformer();
    transformer.fail_reads_of(untransformable.iter().map(name));
    context
        .codec()
        .fail_decoding_of(undecodable.iter().map(name));
}

async fn say_what_is_damaged(context: &Context, row: usize) -> Verdict {
    let (untransformable, undecodable) = *row_of(&DAMAGES, row);
    let stored = fill(context, 7).await?;
    damage(context, untransformable, undecodable);
    let (error, read) = broken_list(context, &ListOptions::default()).await?;
    let (mut told, mut readable) = (Vec::new(), Vec::new());
    for (pod, number) in stored.iter().zip(1..) {
        let what = if untransformable.contains(&number) {
            "data from the storage is not transformable revision=0: ".to_owned()
        } else if undecodable.contains(&number) {
            format!("object not decodable revision={}: ", pod.version())
        } else {
            readable.push(pod.name().to_owned());
            continue;
        };
        let full = context.full_key(&key("ns", pod.name()))?;
        let text = format!(
            "StorageError: corrupt object, Code: 7, Key: {full}, ResourceVersion: 0, AdditionalErrorMsg: {what}"
        );
        told.push((full, text));
    }
    expect_eq("the objects with the error", read, readable)?;
    let causes = causes(&error)?;
    expect_eq("the number of causes", causes.len(), told.len())?;
    for (cause, (full, text)) in causes.into_iter().zip(told) {
        expect_eq("the field of a cause", cause.field, Some(full))?;
        let message = cause.message.unwrap_or_default();
        expect_that(message.starts_with(&text), format!("{text}…"), message)?;
    }
    Ok(())
}

async fn name_the_resource(context: &Context) -> Verdict {
    fill(context, 7).await?;
    damage(context, &[4, 6, 7], &[2]);
    let (error, _) = broken_list(context, &ListOptions::default()).await?;
    let first = causes(&error)?.into_iter().next().unwrap_or_default();
    let first = first.message.unwrap_or_default();
    let resource = context.opening().group_resource();
    let message =
        format!("failed to read one or more {resource} from the storage: {first} (and 3 more)");
    expect_eq("the message", error.to_string(), message)?;
    let details = error.status().and_then(|status| status.details.clone());
    let details = details.unwrap_or_default();
    let group = details.group.unwrap_or_default();
    expect_eq("the group in the details", group, resource.group)?;
    expect_eq(
        "the kind in the details",
        details.kind,
        Some(resource.resource),
    )?;
    expect_eq(
        "the name in the details",
        details.name.as_deref(),
        Some("list"),
    )
}

fn last_message(error: &Error) -> Verdict<String> {
    let last = causes(error)?.pop().unwrap_or_default();
    Ok(last.message.unwrap_or_default())
}

async fn say_what_ended_the_list(context: &Context) -> Verdict {
    fill(context, 101).await?;
    damage(context, &[2], &[]);
    context.transformer().make_unavailable([name(&4)]);
    let (error, _) = broken_list(context, &ListOptions::default()).await?;
    let outage = last_message(&error)?;
    let full = context.full_key(&key("ns", &name(&4)))?;
    let expected = format!("unable to transform key {full:?}: ");
    expect_that(outage.starts_with(&expected), expected, outage)?;
    expect_that(
        !error.to_string().contains(" more)"),
        "a message that counts one object",
        error.to_string(),
    )?;
    context.transformer().make_unavailable(None);
    context.transformer().fail_reads(Some(""));
    let (error, _) = broken_list(context, &ListOptions::default()).await?;
    let truncation = last_message(&error)?;
    let expected = "too many errors, the list is truncated";
    expect_eq("the last cause", truncation.as_str(), expected)?;
    expect_that(
        error.to_string().ends_with(" (and 99 more)"),
        "a message that counts one hundred objects",
        error.to_string(),
    )
}

async fn fail_a_page(context: &Context, row: usize) -> Verdict {
    let (options, readable) = row_of(&LIMITED, row);
    for number in 1..=7 {
        let pod = pod("ns", &name(&number));
        let pod = if number == 3 {
            pod
        } else {
            pod.label("a", "b")
        };
        context.create(&pod).await?;
    }
    damage(context, &[2, 7], &[]);
    let mut options = options();
    options.predicate.limit = 2;
    let (error, read) = broken_list(context, &options).await?;
    expect_eq("the objects with the error", read.as_slice(), *readable)?;
    let causes = causes(&error)?;
    expect_eq("the number of causes", causes.len(), 1)?;
    let metadata = error.status().map(|status| status.metadata.clone());
    let token = metadata.and_then(|metadata| metadata.continue_);
    expect_eq("the token in the error", token, None)
}

async fn fail_a_list_of_one(context: &Context) -> Verdict {
    fill(context, 3).await?;
    damage(context, &[2], &[]);
    let at = key("ns", &name(&2));
    let options = ListOptions {
        recursive: false,
        ..ListOptions::default()
    };
    let error = match context.store().get_list(&at, &options).await {
        Err(failed) => failed.error,
        Ok(list) => {
            let observed = format!("it succeeds with {} objects", list.items.len());
            return Err(crate::harness::unexpected("the list fails", observed));
        }
    };
    let fields: Vec<_> = causes(&error)?
        .into_iter()
        .map(|cause| cause.field)
        .collect();
    expect_eq(
        "what is told of",
        fields,
        vec![Some(context.full_key(&at)?)],
    )
}
