use storeproof::storage::{Event, ResourceVersion, WatchOptions};
use storeproof_fixtures::objects::{Pod, PodExt, fields, key, labels, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, Verdict, Watching, expect_eq, expect_that, unexpected,
        version_of,
    },
};

const NEEDS: &[Capability] = &[
    Capability::Watch,
    Capability::WatchHistory,
    Capability::Transformer,
];

pub(super) const CASES: &[Case] = &[
    case!(
        ends_at_an_unreadable_object,
        "A change whose object cannot be read ends the watch with one 500 that says why.",
        "backend/6.6 backend/9/58"
    )
    .needs(NEEDS),
    case!(
        blocks_what_comes_later,
        "Behind a change that cannot be read nothing is told, though it could be, to none of several watches.",
        "backend/6.21 IFC-10"
    )
    .needs(NEEDS),
    case!(
        comes_after_what_was_before,
        "Changes before the one that cannot be read are told of first, hundreds of them to a late reader too.",
        "backend/9/57 backend/9/58"
    )
    .needs(NEEDS),
    case!(
        comes_though_the_object_is_not_selected,
        "An unreadable object ends a watch whose selector is about others, as it can only be told once it is read.",
        "backend/9/60"
    )
    .needs(NEEDS),
    case!(
        does_not_come_from_elsewhere,
        "An unreadable object outside the watched key does not disturb the watch.",
        "backend/9/60"
    )
    .needs(NEEDS),
    case!(
        ends_an_unreadable_initial_state,
        "An initial state that cannot be read ends the watch with one 500.",
        "backend/9/58"
    )
    .needs(&[Capability::Watch, Capability::Transformer]),
    case!(
        ends_an_initial_state_that_selects_others,
        "An object of the initial state that cannot be read ends also a watch whose selector is about others.",
        "backend/9/60 backend/9/58"
    )
    .needs(&[Capability::Watch, Capability::Transformer]),
    case!(
        is_no_longer_there_once_it_can_be_read,
        "What a watch could not read is told by the next one from the same version, once it can be read.",
        "backend/6.6 IFC-08"
    )
    .needs(NEEDS),
    case!(
        comes_of_undecodable_objects_too,
        "A change whose object cannot be decoded ends the watch with one 500.",
        "backend/6.6"
    )
    .needs(&[
        Capability::Watch,
        Capability::WatchHistory,
        Capability::Codec,
    ]),
    case!(
        does_not_come_of_a_former_state_that_nobody_needs,
        "Without selectors an update of an object whose former state can no longer be read is told as MODIFIED.",
        "backend/9/50"
    )
    .needs(NEEDS),
    case!(
        comes_of_a_former_state_that_is_needed,
        "With a selector the former state decides what is told, so that an unreadable one ends the watch with one 500, which is not that of a deletion.",
        "backend/9/50"
    )
    .needs(NEEDS),
];

async fn watch_all(context: &Context, start: ResourceVersion) -> Verdict<Watching> {
    context.watch("/pods/", start).await
}

async fn ends_at_an_unreadable_object(context: &Context) -> Verdict {
    let start = context.current().await?;
    context.create(&pod("test-ns", "foo")).await?;
    context.transformer().fail_reads(Some(""));
    let options = WatchOptions {
        resource_version: start.to_string(),
        recursive: false,
        ..WatchOptions::default()
    };
    let mut watch = context.watch_with("/pods/test-ns/foo", options).await?;
    let expected = "ERROR with code 500";
    let status = match watch.next(expected).await? {
        Event::Error(status) => status,
        other => return Err(unexpected(expected, format!("{other:?}"))),
    };
    expect_eq("the code", status.code, Some(500))?;
    expect_eq("the status", status.status.as_deref(), Some("Failure"))?;
    expect_eq(
        "the reason",
        status.reason.as_deref(),
        Some("InternalError"),
    )?;
    let details = status.details.unwrap_or_default();
    let causes: Vec<_> = details.causes.into_iter().flatten().collect();
    let told: Vec<_> = causes
        .iter()
        .map(|cause| {
            let cause = cause.message.as_deref().unwrap_or_default();
            format!("Internal error occurred: {cause}")
        })
        .collect();
    let message = status.message.unwrap_or_default();
    expect_eq("the one cause, in the message", told, vec![message.clone()])?;
    expect_that(
        message.contains("a scripted failure"),
        "the message says what went wrong inside",
        message,
    )?;
    watch.expect_end().await
}

async fn blocks_what_comes_later(context: &Context) -> Verdict {
    let foo = context.create(&pod("test", "foo")).await?;
    context.create(&pod("test", "bar")).await?;
    context.transformer().set_mark("other!");
    context.create(&pod("test", "baz")).await?;
    let mut watches = Vec::new();
    for _ in 0..10 {
        watches.push(watch_all(context, version_of(&foo)?).await?);
    }
    for watch in &mut watches {
        watch.expect_error_and_end(500).await?;
    }
    Ok(())
}

async fn comes_after_what_was_before(context: &Context) -> Verdict {
    let start = context.current().await?;
    let mut watch = watch_all(context, start).await?;
    context.transformer().fail_reads(Some("unreadable"));
    let mut pods = Vec::new();
    for number in 0..300 {
        pods.push(context.create(&pod("ns", &format!("pod-{number}"))).await?);
    }
    context.create(&pod("ns", "unreadable")).await?;
    context.create(&pod("ns", "later")).await?;
    for pod in &pods {
        watch.expect_added(pod).await?;
    }
    watch.expect_error_and_end(500).await.map(drop)
}

async fn comes_though_the_object_is_not_selected(context: &Context) -> Verdict {
    let start = context.current().await?;
    let options = WatchOptions {
        resource_version: start.to_string(),
        predicate: fields("metadata.name=foo"),
        ..WatchOptions::default()
    };
    let mut watch = context.watch_with("/pods/", options).await?;
    context.transformer().fail_reads(Some("unreadable"));
    let foo = context.create(&pod("ns", "foo")).await?;
    context.create(&pod("ns", "unreadable")).await?;
    watch.expect_added(&foo).await?;
    watch.expect_error_and_end(500).await.map(drop)
}

async fn does_not_come_from_elsewhere(context: &Context) -> Verdict {
    let start = context.current().await?;
    let mut watch = context.watch("/pods/ns", start).await?;
    context.transformer().fail_reads(Some("unreadable"));
    context.create(&pod("ns-bad", "unreadable")).await?;
    let foo = context.create(&pod("ns", "foo")).await?;
    watch.expect_added(&foo).await
}

async fn ends_an_unreadable_initial_state(context: &Context) -> Verdict {
    let first = context.create(&pod("ns", "a")).await?;
    context.create(&pod("ns", "unreadable")).await?;
    context.create(&pod("ns", "z")).await?;
    context.transformer().fail_reads(Some("unreadable"));
    let mut watch = context
        .watch_with("/pods/", WatchOptions::default())
        .await?;
    watch.expect_added(&first).await?;
    watch.expect_error_and_end(500).await.map(drop)
}

async fn ends_an_initial_state_that_selects_others(context: &Context) -> Verdict {
    context.create(&pod("ns", "unreadable")).await?;
    context.create(&pod("ns", "z")).await?;
    context.transformer().fail_reads(Some("unreadable"));
    let options = WatchOptions {
        predicate: fields("metadata.name=z"),
        ..WatchOptions::default()
    };
    let mut watch = context.watch_with("/pods/", options).await?;
    watch.expect_error_and_end(500).await.map(drop)
}

async fn is_no_longer_there_once_it_can_be_read(context: &Context) -> Verdict {
    let start = context.current().await?;
    let mut pods = Vec::new();
    for name in ["foo", "unreadable", "later"] {
        pods.push(context.create(&pod("ns", name)).await?);
    }
    context.transformer().fail_reads(Some("unreadable"));
    let mut watch = watch_all(context, start).await?;
    for pod in pods.iter().take(1) {
        watch.expect_added(pod).await?;
    }
    watch.expect_error_and_end(500).await?;
    context.transformer().fail_reads(None);
    let mut watch = watch_all(context, start).await?;
    for pod in &pods {
        watch.expect_added(pod).await?;
    }
    Ok(())
}

async fn comes_of_undecodable_objects_too(context: &Context) -> Verdict {
    let start = context.current().await?;
    context.create(&pod("ns", "foo")).await?;
    context.codec().fail_decoding(true);
    let mut watch = watch_all(context, start).await?;
    watch.expect_error_and_end(500).await.map(drop)
}

/// Updates the object so that its new state is stored under another mark than its former one; afterwards only the new
/// state can be read.
async fn update_under_another_mark(context: &Context) -> Verdict<(ResourceVersion, Pod)> {
    let foo = context.create(&pod("ns", "foo").label("a", "b")).await?;
    let updated = context
        .update(&key("ns", "foo"), |pod| {
            context.transformer().set_mark("other!");
            pod.annotation("changed", "true")
        })
        .await?;
    Ok((version_of(&foo)?, updated))
}

async fn does_not_come_of_a_former_state_that_nobody_needs(context: &Context) -> Verdict {
    let (start, updated) = update_under_another_mark(context).await?;
    let mut watch = watch_all(context, start).await?;
    watch.expect_modified(&updated).await
}

async fn comes_of_a_former_state_that_is_needed(context: &Context) -> Verdict {
    let (start, _) = update_under_another_mark(context).await?;
    let options = WatchOptions {
        resource_version: start.to_string(),
        predicate: labels(&[("a", "b")]),
        ..WatchOptions::default()
    };
    let mut watch = context.watch_with("/pods/", options).await?;
    let message = watch.expect_error_and_end(500).await?;
    expect_that(
        message.starts_with("Internal error occurred: "),
        "the message of an internal error",
        message,
    )
}
