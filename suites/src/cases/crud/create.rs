use storeproof_fixtures::objects::{PodExt, key, pod};

use crate::{
    case,
    harness::{Case, Context, ErrorExpectations, Verdict, expect_eq, version_of},
};

pub(super) const CASES: &[Case] = &[
    case!(
        returns_the_stored_object,
        "A created object is returned as it is stored, with the version of its creation.",
        "store/5.3.1"
    ),
    case!(
        refuses_a_key_that_exists,
        "Creating an object at a key that exists is refused and changes nothing.",
        "store/5.3.3 store/6/2"
    ),
];

async fn returns_the_stored_object(context: &Context) -> Verdict {
    let foo = pod("test-ns", "foo");
    let created = context.create(&foo).await?;
    let version = version_of(&created)?;
    expect_eq(
        "the created object",
        &created,
        &foo.at(&version.to_string()),
    )?;
    expect_eq(
        "the object read back",
        context.get(&key("test-ns", "foo")).await?,
        created,
    )
}

async fn refuses_a_key_that_exists(context: &Context) -> Verdict {
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let other = pod("test-ns", "foo").label("other", "true");
    let at = key("test-ns", "foo");
    context
        .store()
        .create(&at, &other, None)
        .await
        .expect_exists()?;
    expect_eq("the object", context.get(&at).await?, stored)
}
