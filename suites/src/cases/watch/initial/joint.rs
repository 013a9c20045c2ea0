//! Initial events and writers at work.

use std::collections::BTreeMap;

use storeproof::storage::{Event, ResourceVersion};
use storeproof_fixtures::objects::{Pod, PodExt, everything, key, key_of, pod};

use super::marked;
use crate::harness::{Context, Fault, Verdict, Watching, expect_eq, unexpected, version_of};

/// Updates and creates until there are twenty objects.
async fn write_many(context: &Context) -> Verdict {
    for number in 0..20 {
        let name = format!("pod-{number}");
        context.create(&pod("ns", &name)).await?;
        context
            .update(&key("ns", &name), |pod| pod.label("x", "y"))
            .await?;
    }
    Ok(())
}

/// Follows a watch from its initial state on until its mark has come and `last` is there.
async fn follow(mut watch: Watching, last: &str) -> Verdict<BTreeMap<String, Pod>> {
    let mut mark = None;
    let mut state = BTreeMap::new();
    while mark.is_none() || !state.contains_key(last) {
        let expected = "the initial state, its mark and later changes";
        match watch.next(expected).await? {
            Event::Bookmark(bookmark) if mark.is_none() && bookmark.initial_events_end => {
                mark = Some(bookmark.resource_version);
            }
            Event::Added(pod) if !state.contains_key(&key_of(&pod)) => {
                expect_behind(mark, version_of(&pod)?)?;
                state.insert(key_of(&pod), pod);
            }
            Event::Modified(pod) if state.contains_key(&key_of(&pod)) => {
                expect_behind(mark, version_of(&pod)?)?;
                state.insert(key_of(&pod), pod);
            }
            other => return Err(Fault::failed(expected, format!("{other:?}"))),
        }
    }
    Ok(state)
}

/// What comes behind the mark is newer than it.
fn expect_behind(mark: Option<ResourceVersion>, version: ResourceVersion) -> Verdict {
    match mark {
        Some(mark) if version <= mark => Err(unexpected(
            format!("changes behind the mark are newer than it, which is at {mark}"),
            format!("one is at {version}"),
        )),
        _ => Ok(()),
    }
}

pub(super) async fn join_up_with_concurrent_writes(context: &Context) -> Verdict {
    let follow_one = async {
        let watch = context.watch_with("/pods/ns", marked(everything())).await?;
        follow(watch, &key("ns", "pod-20")).await
    };
    let writer = async {
        write_many(context).await?;
        context
            .create(&pod("ns", "pod-20").label("x", "y"))
            .await
            .map(drop)
    };
    let (first, second, third, ()) = futures::try_join!(
        follow_one,
        follow_later(context),
        follow_later(context),
        writer
    )?;
    let list = context.list("/pods/ns").await?;
    for state in [first, second, third] {
        let seen: Vec<Pod> = state.into_values().collect();
        expect_eq("the state that was told", &seen, &list.items)?;
    }
    Ok(())
}

/// Like the first one, but after some objects are there.
async fn follow_later(context: &Context) -> Verdict<BTreeMap<String, Pod>> {
    while context.list("/pods/ns").await?.items.len() < 5 {
        tokio::task::yield_now().await;
    }
    let watch = context.watch_with("/pods/ns", marked(everything())).await?;
    follow(watch, &key("ns", "pod-20")).await
}
