use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use storeproof::storage::{KeysFunction, ListOptions, Result};
use storeproof_fixtures::objects::{PodExt, key, pod};

use crate::{
    case,
    harness::{Capability, Case, Context, ErrorExpectations, Refusal, Verdict, expect_eq},
};

pub(super) const CASES: &[Case] = &[
    case!(
        no_size_is_guessed,
        "As long as sizes are not to be estimated, the mean size is zero.",
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
    context.create(&pod("test-ns", "foo")).await?;
    context.list("/pods/").await?;
    let stats = context.store().stats().await?;
    expect_eq(
        "the mean size",
        stats.estimated_average_object_size_bytes,
        0,
    )
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

/// The mean size of the values at these keys, after the store had the occasion to see them in a list.
async fn expect_mean(context: &Context, keys: &[&str]) -> Verdict {
    context.list("/pods/").await?;
    let mut total = 0;
    for key in keys {
        total += context.raw_get(key).await?.unwrap_or_default().len();
    }
    let mean = total.checked_div(keys.len()).unwrap_or_default();
    let stats = context.store().stats().await?;
    let observed = stats.estimated_average_object_size_bytes;
    expect_eq("the mean size", usize::try_from(observed).ok(), Some(mean))?;
    let count = usize::try_from(stats.object_count).ok();
    expect_eq("the number of objects", count, Some(keys.len()))
}

async fn the_mean_is_that_of_the_stored_values(context: &Context) -> Verdict {
    let (foo, bar) = (key("test-ns", "foo"), key("test-ns", "bar"));
    let keys = Keys::default();
    context
        .store()
        .enable_resource_size_estimation(keys.function())?;
    expect_mean(context, &[]).await?;
    context.create(&pod("test-ns", "foo")).await?;
    keys.set(&[&foo]);
    expect_mean(context, &[&foo]).await?;
    let large = pod("test-ns", "bar").annotation("large", &"x".repeat(1000));
    context.create(&large).await?;
    keys.set(&[&foo, &bar]);
    expect_mean(context, &[&foo, &bar]).await?;
    context.update(&bar, |_| pod("test-ns", "bar")).await?;
    expect_mean(context, &[&foo, &bar]).await?;
    context.delete(&foo).await?;
    keys.set(&[&bar]);
    expect_mean(context, &[&bar]).await?;
    context.delete(&bar).await?;
    keys.set(&[]);
    expect_mean(context, &[]).await
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
