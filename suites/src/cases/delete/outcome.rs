use storeproof::storage::{AcceptAll, DeleteOptions};
use storeproof_fixtures::objects::{PodExt, key, pod};
use tokio::task::JoinSet;

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Fault, RecordedValidation, Verdict,
        expect_eq, expect_that, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        returns_the_last_state_at_the_version_of_the_end,
        "A deletion returns the object as it last was, at the version of the deletion, and the key is free.",
        "store/5.3.5/existing store/6/19"
    ),
    case!(
        a_missing_object_is_not_found,
        "Deleting a missing object is refused in the name of the full key, without asking the validation.",
        "store/5.3.5/non-existing store/3.5"
    ),
    case!(
        a_deleted_object_is_not_found_again,
        "An object is deleted once: the second deletion fails as not found.",
        "store/3.5"
    ),
    case!(
        watches_get_what_the_deletion_returns,
        "The DELETED event carries the object that the deletion returned, version and all.",
        "store/6/19"
    )
    .needs(&[Capability::Watch]),
    case!(
        its_version_is_that_of_the_whole_store,
        "The version of a deletion is the current version right after it.",
        "store/6/19 IFC-07"
    )
    .exclusive(),
    case!(
        one_of_many_deletions_wins,
        "Of many concurrent deletions of one object exactly one succeeds, and the others do not find it.",
        "store/3.5 store/6/20"
    ),
    case!(
        neighbours_stay,
        "A deletion takes its own object away and nothing else.",
        "store/3.5"
    ),
    case!(
        an_object_that_cannot_be_read_back_is_deleted,
        "Where the last state cannot be read back, the object is gone all the same, and the deletion fails or returns it.",
        "store/3.5"
    )
    .needs(&[Capability::Codec]),
];

async fn returns_the_last_state_at_the_version_of_the_end(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    context
        .create(&pod("test-ns", "foo").label("first", "1"))
        .await?;
    let last = context
        .update(&at, |pod| pod.uid("A").node("n").phase("Running"))
        .await?;
    let deleted = context.delete(&at).await?;
    let end = version_of(&deleted)?;
    expect_that(
        end > version_of(&last)?,
        format!("the version of the end is larger than {}", last.version()),
        end.to_string(),
    )?;
    expect_eq("the last state", &deleted, &last.at(&end.to_string()))?;
    context.expect_missing(&at).await?;
    let left = context.list("/pods/").await?;
    expect_eq("what is left", left.items, vec![])
}

async fn a_missing_object_is_not_found(context: &Context) -> Verdict {
    for at in ["/pods/non-existing", "/pods/test-ns/missing"] {
        let mut validation = RecordedValidation::accepting();
        let options = DeleteOptions::default();
        let refused = context.store().delete(at, options, &mut validation).await;
        let error = refused.expect_not_found()?;
        context.expect_verdict_on(at, &error)?;
        expect_eq("calls of the validation", validation.calls(), 0)?;
    }
    Ok(())
}

async fn a_deleted_object_is_not_found_again(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    context.create(&pod("test-ns", "foo")).await?;
    context.delete(&at).await?;
    let options = DeleteOptions::default();
    let refused = context.store().delete(&at, options, &mut AcceptAll).await;
    refused.expect_not_found().map(drop)
}

async fn watches_get_what_the_deletion_returns(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context
        .create(&pod("test-ns", "foo").label("a", "1"))
        .await?;
    let mut watch = context.watch("/pods/", version_of(&created)?).await?;
    let deleted = context.delete(&at).await?;
    let again = context.create(&pod("test-ns", "foo")).await?;
    watch.expect_deleted(&deleted).await?;
    watch.expect_added(&again).await
}

async fn its_version_is_that_of_the_whole_store(context: &Context) -> Verdict {
    context.create(&pod("test-ns", "foo")).await?;
    // The version of the end is more than one larger than that of the last write.
    let elsewhere = context.create(&pod("elsewhere", "foo")).await?;
    let deleted = context.delete(&key("test-ns", "foo")).await?;
    let end = version_of(&deleted)?;
    expect_eq("the current version", context.current().await?, end)?;
    let list = context.list("/pods/").await?;
    expect_eq("the objects that are left", &list.items, &vec![elsewhere])?;
    expect_eq("the version of the list", list.resource_version, end)
}

async fn one_of_many_deletions_wins(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let mut deletions = JoinSet::new();
    for _ in 0..8 {
        let (store, at) = (context.shared_store(), at.clone());
        deletions.spawn(async move {
            store
                .delete(&at, DeleteOptions::default(), &mut AcceptAll)
                .await
        });
    }
    let mut deleted = Vec::new();
    while let Some(joined) = deletions.join_next().await {
        match joined.map_err(|error| Fault::Broken(error.to_string()))? {
            Ok(last) => deleted.extend(last),
            refused => drop(refused.expect_not_found()?),
        }
    }
    let [last] = deleted.as_slice() else {
        return expect_eq("how many deleted the object", deleted.len(), 1);
    };
    expect_eq("the last state", last, &created.at(last.version()))
}

async fn neighbours_stay(context: &Context) -> Verdict {
    let before = context.create(&pod("test-ns", "a")).await?;
    context.create(&pod("test-ns", "b")).await?;
    let longer = context.create(&pod("test-ns", "bb")).await?;
    let elsewhere = context.create(&pod("test-ns2", "b")).await?;
    context.delete(&key("test-ns", "b")).await?;
    let left = context.list("/pods/").await?;
    expect_eq("what is left", left.items, vec![before, longer, elsewhere])
}

async fn an_object_that_cannot_be_read_back_is_deleted(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let mut validation = RecordedValidation::new(|_| {
        context.codec().fail_decoding(true);
        Ok(())
    });
    let options = DeleteOptions::default();
    let deleted = context.store().delete(&at, options, &mut validation).await;
    context.codec().fail_decoding(false);
    match deleted {
        // What was read for the validation need not be read again.
        Ok(last) => {
            let last = last.map(|pod| pod.at(stored.version()));
            expect_eq("the last state", last.as_ref(), Some(&stored))?;
        }
        failed => drop(failed.expect_text("unable to decode the stored object")?),
    }
    context.expect_missing(&at).await
}
