use storeproof::storage::Error;
use storeproof_fixtures::objects::{PodExt, key, pod};
use tokio::task::JoinSet;

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Fault, Verdict, expect_eq, expect_that,
        version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        returns_the_stored_object,
        "A created object is returned as it is stored, with the version of its creation; its key was free before.",
        "store/5.3.1/successful-create"
    ),
    case!(
        refuses_a_key_that_exists,
        "Creating an object at a key that exists is refused in the name of the full key, and changes nothing.",
        "store/5.3.3 store/6/2 IFC-02"
    ),
    case!(
        refuses_an_object_with_a_version,
        "An object that carries a resource version is not created, however large it is and whether the key is free or not.",
        "store/5.3.1/create-with-rv-set IFC-02"
    ),
    case!(
        version_zero_counts_as_none,
        "Version 0, in however many digits, means that none is set: such an object is created, and the 0 is not kept.",
        "store/6/7"
    ),
    // What is no version cannot be one that was read: as in the API server, it counts for nothing.
    case!(
        text_that_is_no_version_counts_as_none,
        "An object whose resource version is no version at all is created, and the text is not kept.",
        "store/6/7 store/3.4"
    ),
    case!(
        creates_again_after_deletion,
        "A deleted object can be created again, at a larger version, and nothing of the old one comes back.",
        "store/6/3"
    ),
    case!(
        one_of_many_creators_wins,
        "Of many that create one key at the same time exactly one succeeds, and its object is the one stored.",
        "store/6/3"
    ),
    case!(
        version_is_that_of_the_whole_store,
        "The version of a created object is that of a list taken right after, and of its ADDED event.",
        "store/6/1 IFC-01"
    )
    .needs(&[Capability::Watch])
    .exclusive(),
    case!(
        encoding_failure_writes_nothing,
        "An object that cannot be encoded is refused, and nothing is stored.",
        "store/6/9"
    )
    .needs(&[Capability::Codec]),
    case!(
        an_object_that_cannot_be_read_back_is_created,
        "Where the created object cannot be read back the creation fails, and the object is there all the same.",
        "store/6/10 store/3.4"
    )
    .needs(&[Capability::Codec]),
];

async fn returns_the_stored_object(context: &Context) -> Verdict {
    let foo = pod("test-ns", "foo");
    context.expect_missing(&key("test-ns", "foo")).await?;
    let created = context.create(&foo).await?;
    let version = version_of(&created)?;
    expect_eq(
        "the created object",
        &created,
        &foo.at(&version.to_string()),
    )?;
    context
        .expect_stored(&key("test-ns", "foo"), &created)
        .await
}

async fn refuses_a_key_that_exists(context: &Context) -> Verdict {
    let foo = pod("test-ns", "foo");
    let stored = context.create(&foo).await?;
    let at = key("test-ns", "foo");
    let text = format!(
        "StorageError: key exists, Code: 2, Key: {}, ResourceVersion: 0, AdditionalErrorMsg: <nil>",
        context.full_key(&at)?
    );
    for again in [foo.clone(), foo.label("other", "true")] {
        let refused = context.store().create(&at, &again, None).await;
        let error = refused.expect_exists()?;
        context.expect_verdict_on(&at, &error)?;
        expect_eq("the error's text", error.to_string(), &*text)?;
        context.expect_stored(&at, &stored).await?;
    }
    Ok(())
}

async fn refuses_an_object_with_a_version(context: &Context) -> Verdict {
    let (at, bar) = (key("test-ns", "bar"), pod("test-ns", "bar"));
    let refuse = async |version: &str| {
        let versioned = bar.clone().at(version);
        let refused = context.store().create(&at, &versioned, None).await;
        refused.expect_failure("a resource version is set", |error| {
            matches!(error, Error::ResourceVersionSet)
        })
    };
    context.expect_missing(&at).await?;
    for version in ["1", "007", "9223372036854775808", "18446744073709551615"] {
        refuse(version).await?;
        context.expect_missing(&at).await?;
    }
    let stored = context.create(&bar).await?;
    refuse(stored.version()).await?;
    context.expect_stored(&at, &stored).await
}

async fn version_zero_counts_as_none(context: &Context) -> Verdict {
    for (name, zero) in [("a", "0"), ("b", "000")] {
        let created = context.create(&pod("test-ns", name).at(zero)).await?;
        version_of(&created)?;
        let at = key("test-ns", name);
        context.expect_stored(&at, &created).await?;
    }
    Ok(())
}

async fn text_that_is_no_version_counts_as_none(context: &Context) -> Verdict {
    for (name, version) in [("a", "abc"), ("b", "-1"), ("c", "18446744073709551616")] {
        let created = context.create(&pod("test-ns", name).at(version)).await?;
        version_of(&created)?;
        context
            .expect_stored(&key("test-ns", name), &created)
            .await?;
    }
    Ok(())
}

async fn creates_again_after_deletion(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    context
        .create(&pod("test-ns", "foo").label("old", "true"))
        .await?;
    let deleted = context.delete(&at).await?;
    let fresh = pod("test-ns", "foo");
    let again = context.create(&fresh).await?;
    expect_that(
        version_of(&again)? > version_of(&deleted)?,
        format!("the new version is larger than {}", deleted.version()),
        again.version(),
    )?;
    let version = again.version().to_owned();
    expect_eq("the object created again", &again, &fresh.at(&version))?;
    context.expect_stored(&at, &again).await
}

async fn one_of_many_creators_wins(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let mut creators = JoinSet::new();
    for creator in 0..8 {
        let (store, at) = (context.shared_store(), at.clone());
        let wanted = pod("test-ns", "foo").label("creator", &creator.to_string());
        creators.spawn(async move { store.create(&at, &wanted, None).await });
    }
    let mut created = Vec::new();
    while let Some(joined) = creators.join_next().await {
        match joined.map_err(|error| Fault::Broken(error.to_string()))? {
            Ok(pod) => created.push(pod),
            refused => drop(refused.expect_exists()?),
        }
    }
    expect_eq("how many created the key", created.len(), 1)?;
    let stored = context.get(&at).await?;
    expect_eq("what was created", created, vec![stored])
}

async fn version_is_that_of_the_whole_store(context: &Context) -> Verdict {
    let mut watch = context.watch("/pods/", context.current().await?).await?;
    let created = context.create(&pod("test-ns", "foo")).await?;
    let list = context.list("/pods/").await?;
    expect_eq(
        "the version of the list",
        list.resource_version,
        version_of(&created)?,
    )?;
    expect_eq(
        "the listed objects",
        &list.items,
        std::slice::from_ref(&created),
    )?;
    watch.expect_added(&created).await
}

async fn encoding_failure_writes_nothing(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    context.codec().fail_encoding(true);
    let refused = context
        .store()
        .create(&at, &pod("test-ns", "foo"), None)
        .await;
    context.codec().fail_encoding(false);
    refused.expect_text("unable to encode the object")?;
    context.expect_missing(&at).await
}

async fn an_object_that_cannot_be_read_back_is_created(context: &Context) -> Verdict {
    let (at, foo) = (key("test-ns", "foo"), pod("test-ns", "foo"));
    context.codec().fail_decoding(true);
    let failed = context.store().create(&at, &foo, None).await;
    context.codec().fail_decoding(false);
    failed.expect_text("unable to decode the stored object")?;
    let stored = context.get(&at).await?;
    version_of(&stored)?;
    expect_eq("the object", &stored, &foo.at(stored.version()))
}
