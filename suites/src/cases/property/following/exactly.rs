//! What is asked of single versions.

use std::time::Duration;

use storeproof::storage::{Event, ResourceVersion, Store};
use storeproof_fixtures::objects::Pod;

use super::{delivery::next, difference::State, history::History, look::Look, tell};
use crate::{
    harness::{Apart, ErrorExpectations, Verdict, expect_that, unexpected},
    report::timeline::Expected,
};

/// The list at exactly a version.
pub(super) async fn state(
    store: &dyn Store<Pod>,
    look: Look,
    at: ResourceVersion,
    history: &History<'_>,
) -> Verdict<State> {
    let list = store.get_list(&look.key(), &look.list(Some(at))).await?;
    let named = |version| tell::version(&history.versions, version);
    expect_that(
        list.resource_version == at,
        format!("the list of {look} at exactly {} is at it", named(at)),
        format!("it is at {}", named(list.resource_version)),
    )?;
    Ok(State {
        at,
        items: list.items,
    })
}

/// From a compacted version there is neither list nor watch. Right before the version of the compaction a watch may or may
/// not find what it needs.
pub(super) async fn refuse(
    apart: &Apart,
    look: Look,
    at: ResourceVersion,
    history: &History<'_>,
    patience: Duration,
) -> Verdict {
    let named = tell::version(&history.versions, at);
    let store = &*apart.instance.store;
    let list = store.get_list(&look.key(), &look.list(Some(at))).await;
    if let Ok(list) = &list {
        return Err(unexpected(
            format!("a list of {look} at exactly {named}, which is compacted, fails with 410"),
            format!("it shows {}", tell::objects(&history.versions, &list.items)),
        ));
    }
    list.expect_expired()?;
    if at.next() >= history.compacted {
        return Ok(());
    }
    let mut watch = apart.watch(&look.key(), look.watch(at)).await?;
    let told = match next(&mut watch, patience).await {
        Ok(Event::Error(status)) if status.code == Some(410) => return Ok(()),
        Ok(event) => tell::event(&history.versions, &event),
        Err(end) => end.phrase().to_owned(),
    };
    Err(watch.wrong_beside(
        &[],
        &Expected::Words("ERROR 410".to_owned()),
        format!("a watch of {look} from {named}, which is compacted, tells ERROR 410"),
        format!("it tells {told}"),
    ))
}
