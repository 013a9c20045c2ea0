use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use storeproof::storage::{
    AcceptAll, DeleteOptions, KeysFunction, ListOptions, ResourceVersionMatch, Result,
};
use storeproof_fixtures::objects::{PodExt, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Refusal, Verdict, expect_eq, expect_items,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        no_size_is_guessed,
        "As long as sizes are not to be estimated, the mean size is zero, whatever the count.",
        "store/5.3.35 store/3.9"
    )
    .needs(&[Capability::Statistics]),
    case!(
        estimation_is_enabled_once,
        "Estimation of sizes is enabled once; the second time is refused.",
        "store/6/76"
    )
    .needs(&[Capability::SizeEstimation]),
    case!(
        keys_that_cannot_be_had_are_an_error,
        "Where the keys cannot be had, the statistics fail with the error of whoever should yield them.",
        "store/6/76"
    )
    .needs(&[Capability::SizeEstimation]),
    case!(
        the_mean_is_that_of_the_stored_values,
        "After a list the mean size is that of the stored values, and the number that of the keys.",
        "store/5.3.35 store/3.9"
    )
    .needs(&[Capability::SizeEstimation, Capability::RawBytes]),
    case!(
        sizes_are_known_by_either_form_of_the_keys,
        "Keys are told with or without the path prefix, and name the same values.",
        "store/3.9"
    )
    .needs(&[Capability::SizeEstimation, Capability::RawBytes]),
    case!(
        the_mean_is_that_of_the_keys_told,
        "Number and mean size are of the keys that are told, whatever else the store holds.",
        "store/3.9"
    )
    .needs(&[Capability::SizeEstimation, Capability::RawBytes]),
    case!(
        a_key_of_nothing_has_no_size,
        "A key at which nothing is stored counts, and has no part in the mean size.",
        "store/3.9"
    )
    .needs(&[Capability::SizeEstimation, Capability::RawBytes]),
    case!(
        an_old_list_tells_no_new_size,
        "A list at exactly an earlier version does not change the sizes that are known of later ones.",
        "store/3.9"
    )
    .needs(&[Capability::SizeEstimation, Capability::RawBytes, Capability::ExactReads]),
    case!(
        values_that_cannot_be_read_have_a_size_too,
        "A value is measured before anybody reads it: one that cannot be read counts, though the list of it fails.",
        "store/3.9 store/6/77"
    )
    .needs(&[Capability::SizeEstimation, Capability::RawBytes]),
];

/// Keys that a case can change while the store holds the function.
#[derive(Clone, Default)]
struct Keys(Arc<Mutex<Vec<String>>>);

impl Keys {
    fn set(&self, keys: &[&str]) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *held = keys.iter().map(|key| (*key).to_owned()).collect();
    }

    fn function(&self) -> KeysFunction {
        let keys = self.clone();
        Arc::new(move || {
            let held = keys.0.lock().unwrap_or_else(PoisonError::into_inner);
            let keys = held.clone();
            async move { Ok(keys) }.boxed()
        })
    }
}

async fn no_size_is_guessed(context: &Context) -> Verdict {
    live_through(context, None).await
}

async fn estimation_is_enabled_once(context: &Context) -> Verdict {
    let keys = Keys::default();
    context
        .store()
        .enable_resource_size_estimation(keys.function())?;
    let second = context
        .store()
        .enable_resource_size_estimation(keys.function());
    second
        .expect_text("resourceSizeEstimator already enabled")
        .map(drop)
}

async fn keys_that_cannot_be_had_are_an_error(context: &Context) -> Verdict {
    let failing: KeysFunction =
        Arc::new(|| async { Result::<Vec<String>>::Err(Refusal::error()) }.boxed());
    context.store().enable_resource_size_estimation(failing)?;
    Refusal::expect(context.store().stats().await)
}

/// Two objects come, one changes, and both go; the mean is right each time, which is zero where nobody tells the keys.
async fn live_through(context: &Context, told: Option<&Keys>) -> Verdict {
    let (foo, bar) = (key("test-ns", "foo"), key("test-ns", "bar"));
    expect_told(context, told, &[]).await?;
    context.create(&pod("test-ns", "foo")).await?;
    expect_told(context, told, &[&foo]).await?;
    let large = pod("test-ns", "bar").annotation("large", &"x".repeat(1000));
    context.create(&large).await?;
    expect_told(context, told, &[&foo, &bar]).await?;
    context.update(&bar, |pod| pod.label("foo", "bar")).await?;
    expect_told(context, told, &[&foo, &bar]).await?;
    context.update(&bar, |_| pod("test-ns", "bar")).await?;
    expect_told(context, told, &[&foo, &bar]).await?;
    context.delete(&foo).await?;
    expect_told(context, told, &[&bar]).await?;
    let again = context
        .store()
        .delete(&foo, DeleteOptions::default(), &mut AcceptAll)
        .await;
    again.expect_not_found()?;
    expect_told(context, told, &[&bar]).await?;
    context.delete(&bar).await?;
    expect_told(context, told, &[]).await
}

async fn expect_told(context: &Context, told: Option<&Keys>, keys: &[&str]) -> Verdict {
    match told {
        Some(held) => {
            held.set(keys);
            expect_mean(context, keys).await
        }
        None => {
            context.list("/pods/").await?;
            expect_stats(context, keys.len(), 0).await
        }
    }
}

async fn expect_stats(context: &Context, count: usize, mean: usize) -> Verdict {
    let stats = context.store().stats().await?;
    let observed = stats.estimated_average_object_size_bytes;
    expect_eq("the mean size", usize::try_from(observed).ok(), Some(mean))?;
    let observed = usize::try_from(stats.object_count).ok();
    expect_eq("the number of objects", observed, Some(count))
}

/// The mean size of the values at these keys, after the store had the occasion to see them in a list.
async fn expect_mean(context: &Context, keys: &[&str]) -> Verdict {
    context.list("/pods/").await?;
    let (mut total, mut known) = (0, 0);
    for key in keys {
        if let Some(value) = context.raw_get(key).await? {
            total += value.len();
            known += 1;
        }
    }
    let mean = total.checked_div(known).unwrap_or_default();
    expect_stats(context, keys.len(), mean).await
}

async fn the_mean_is_that_of_the_stored_values(context: &Context) -> Verdict {
    let held = Keys::default();
    context
        .store()
        .enable_resource_size_estimation(held.function())?;
    live_through(context, Some(&held)).await
}

async fn sizes_are_known_by_either_form_of_the_keys(context: &Context) -> Verdict {
    let (foo, keys) = (key("test-ns", "foo"), Keys::default());
    context.create(&pod("test-ns", "foo")).await?;
    context
        .store()
        .enable_resource_size_estimation(keys.function())?;
    for form in [foo.clone(), context.full_key(&foo)?] {
        keys.set(&[&form]);
        expect_mean(context, &[&foo]).await?;
    }
    Ok(())
}

async fn the_mean_is_that_of_the_keys_told(context: &Context) -> Verdict {
    let (foo, keys) = (key("test-ns", "foo"), Keys::default());
    context
        .store()
        .enable_resource_size_estimation(keys.function())?;
    context.create(&pod("test-ns", "foo")).await?;
    let large = pod("test-ns", "bar").annotation("large", &"x".repeat(1000));
    context.create(&large).await?;
    keys.set(&[&foo]);
    expect_mean(context, &[&foo]).await
}

async fn a_key_of_nothing_has_no_size(context: &Context) -> Verdict {
    let (foo, missing) = (key("test-ns", "foo"), key("test-ns", "missing"));
    let keys = Keys::default();
    context
        .store()
        .enable_resource_size_estimation(keys.function())?;
    context.create(&pod("test-ns", "foo")).await?;
    keys.set(&[&foo, &missing]);
    expect_mean(context, &[&foo, &missing]).await
}

async fn an_old_list_tells_no_new_size(context: &Context) -> Verdict {
    let (foo, keys) = (key("test-ns", "foo"), Keys::default());
    keys.set(&[&foo]);
    context
        .store()
        .enable_resource_size_estimation(keys.function())?;
    let large = pod("test-ns", "foo").annotation("large", &"x".repeat(1000));
    let large = context.create(&large).await?;
    context.update(&foo, |_| pod("test-ns", "foo")).await?;
    expect_mean(context, &[&foo]).await?;
    let then = ListOptions {
        resource_version: large.version().to_owned(),
        resource_version_match: ResourceVersionMatch::Exact,
        ..ListOptions::default()
    };
    expect_items(&context.list_with("/pods/", then).await?, &[large])?;
    let size = context.raw_get(&foo).await?.unwrap_or_default().len();
    expect_stats(context, 1, size).await
}

async fn values_that_cannot_be_read_have_a_size_too(context: &Context) -> Verdict {
    let (foo, keys) = (key("test-ns", "foo"), Keys::default());
    keys.set(&[&foo]);
    context
        .store()
        .enable_resource_size_estimation(keys.function())?;
    context.raw_put(&foo, b"abc".to_vec()).await?;
    let listed = context
        .store()
        .get_list("/pods/", &ListOptions::default())
        .await;
    listed.expect_failure("the value cannot be read", |_| true)?;
    let stats = context.store().stats().await?;
    let measured = (
        stats.object_count,
        stats.estimated_average_object_size_bytes,
    );
    expect_eq("the number and the mean size", measured, (1, 3))
}
