use futures::{StreamExt, TryStreamExt, stream};
use storeproof::{
    requests::Request,
    storage::{ListOptions, ResourceVersionMatch},
};
use storeproof_fixtures::objects::{Pod, PodExt, fields, pod};

use super::{LISTS, NEEDS};
use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Verdict, as_number, expect_eq, expect_items,
        number_of, page, page_of, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        a_page_is_one_request_for_just_that,
        "A page without a selector is one request with its limit, and reads the values that it returns and no others.",
        "store/5.3.24"
    )
    .needs(LISTS),
    case!(
        a_filtered_page_reads_no_further_than_it_must,
        "A page of a selection ends at the object that fills it: no later value is read.",
        "store/5.3.26"
    )
    .needs(LISTS),
    case!(
        a_rare_object_takes_ten_requests,
        "One match at the end of a thousand keys, with a limit of one, takes ten requests and reads each value once.",
        "store/5.3.25"
    )
    .needs(LISTS),
    case!(
        a_whole_list_is_one_request,
        "Without a limit, or with one that is none, a list is one unlimited request, with a selector too.",
        "store/3.7.3"
    )
    .needs(NEEDS),
    case!(
        one_key_is_one_read,
        "A list that is not recursive reads its key, whatever the limit, at its exact version where it has one.",
        "store/3.7.3 store/3.12"
    )
    .needs(&[Capability::RequestCounting, Capability::ExactReads]),
    case!(
        a_refused_list_is_asked_for_once,
        "A list at a version that is not there yet is asked for once: what was refused is not asked again.",
        "store/3.7.2 store/3.12"
    )
    .needs(&[Capability::RequestCounting, Capability::ExactReads]),
];

async fn a_page_is_one_request_for_just_that(context: &Context) -> Verdict {
    for (namespace, name) in [("first", "bar"), ("second", "bar"), ("second", "foo")] {
        context.create(&pod(namespace, name)).await?;
    }
    context.forget_requests().await?;
    let first = context.list_with("/pods/", page(1, "")).await?;
    context.expect_lists(1, 1).await?;
    let token = &first.continue_token;
    context.list_with("/pods/", page(0, token)).await?;
    context.expect_lists(1, 2).await?;
    context.list_with("/pods/", page(1, token)).await?;
    let version = as_number(first.resource_version);
    let request = context.list_of("/pods/", "first/bar\0", 1, version)?;
    context.expect_requests(&[request]).await?;
    let read = context.transformer().take_reads();
    let second = context.full_key("/pods/second/bar")?;
    expect_eq("the keys whose values are read", read, vec![second])
}

async fn a_filtered_page_reads_no_further_than_it_must(context: &Context) -> Verdict {
    let mut pods = Vec::new();
    for (namespace, name) in [("1", "foo"), ("2", "bar"), ("3", "foo"), ("4", "foo")] {
        pods.push(context.create(&pod(namespace, name)).await?);
    }
    pods.retain(|pod| pod.name() == "foo");
    let (first, second) = pods.split_at(2);
    let asking = |token: &str| page_of(fields("metadata.name!=bar"), 2, token);
    context.forget_requests().await?;
    let list = context.list_with("/pods/", asking("")).await?;
    expect_items(&list, first)?;
    context.expect_lists(2, 3).await?;
    let rest = context
        .list_with("/pods/", asking(&list.continue_token))
        .await?;
    expect_items(&rest, second)?;
    context.expect_lists(1, 1).await
}

async fn a_rare_object_takes_ten_requests(context: &Context) -> Verdict {
    let created: Vec<Pod> = stream::iter(0..1000)
        .map(|number| async move { context.create(&pod("ns", &format!("pod-{number}"))).await })
        .buffer_unordered(16)
        .try_collect()
        .await?;
    let rare: Vec<Pod> = created
        .into_iter()
        .filter(|pod| pod.name() == "pod-999")
        .collect();
    let options = page_of(fields("metadata.name=pod-999"), 1, "");
    context.forget_requests().await?;
    let list = context.list_with("/pods/", options).await?;
    context.expect_lists(10, 1000).await?;
    expect_items(&list, &rare)?;
    expect_eq("the continue token", list.continue_token, "")
}

async fn a_whole_list_is_one_request(context: &Context) -> Verdict {
    for number in 0..3 {
        context.create(&pod("ns", &format!("pod-{number}"))).await?;
    }
    let once = [context.list_of("/pods/", "", 0, 0)?];
    context.forget_requests().await?;
    for limit in [0, -1] {
        for selector in ["", "metadata.name=pod-2"] {
            let options = page_of(fields(selector), limit, "");
            context.list_with("/pods/", options).await?;
            context.expect_requests(&once).await?;
        }
    }
    Ok(())
}

async fn one_key_is_one_read(context: &Context) -> Verdict {
    let at = "/pods/ns/foo";
    let stored = context.create(&pod("ns", "foo")).await?;
    context.update(at, |pod| pod.label("a", "1")).await?;
    context.forget_requests().await?;
    let mut options = ListOptions {
        recursive: false,
        ..page(1, "")
    };
    context.list_with(at, options.clone()).await?;
    context.expect_requests(&[context.get_of(at, 0)?]).await?;
    options.resource_version = stored.version().to_owned();
    options.resource_version_match = ResourceVersionMatch::Exact;
    let list = context.list_with(at, options).await?;
    let exactly = context.get_of(at, number_of(&stored)?)?;
    context.expect_requests(&[exactly]).await?;
    expect_items(&list, &[stored])
}

async fn a_refused_list_is_asked_for_once(context: &Context) -> Verdict {
    let created = context.create(&pod("ns", "foo")).await?;
    let future = version_of(&created)?.get() + 1_000_000;
    let options = ListOptions {
        resource_version: future.to_string(),
        resource_version_match: ResourceVersionMatch::Exact,
        ..ListOptions::default()
    };
    context.forget_requests().await?;
    let refused = context.store().get_list("/pods/", &options).await;
    refused.expect_too_large()?;
    let mut sent = context.requests().await?;
    // Some stores ask for the latest version, to tell it.
    sent.retain(|request| matches!(request, Request::List { .. }));
    let version = i64::try_from(future).unwrap_or(i64::MAX);
    let once = [context.list_of("/pods/", "", 0, version)?];
    expect_eq("the lists that are asked for", sent.as_slice(), &once)
}
