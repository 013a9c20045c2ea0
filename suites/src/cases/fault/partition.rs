use std::time::Duration;

use storeproof_fixtures::{
    fault::Partition,
    objects::{key, pod},
};
use tokio::time::{sleep, timeout};
use tokio_util::task::AbortOnDropHandle;

use super::{
    answer::{agree, changes_after},
    scene::Scene,
};
use crate::{
    case,
    harness::{Capability, Case, Context, Fault, Verdict, deadline, unexpected},
};

const WATCHED: &[Capability] = &[
    Capability::Watch,
    Capability::WatchHistory,
    Capability::Partition,
];

pub(super) const CASES: &[Case] = &[
    case!(
        survives_without_the_others,
        "While the member that a store talks to is cut off from all others under writers and watchers, nothing acknowledged is lost, nothing happens twice, and every watch goes on or fails so that it can be resumed.",
        "backend/9/48 backend/9/110"
    )
    .needs(WATCHED)
    .breaking(),
    case!(
        goes_on_with_the_majority,
        "While another member is cut off, writes are acknowledged, and the same holds.",
        "backend/9/48 backend/9/110"
    )
    .needs(WATCHED)
    .breaking(),
    case!(
        loses_no_creation,
        "A creation while the member that a store talks to is cut off happens once at most, and once where it is acknowledged, also when all hear each other again.",
        "backend/9/110 DUR-01"
    )
    .needs(WATCHED)
    .breaking(),
];

/// How long members are kept apart: long enough for an election among the others.
const WHILE: Duration = Duration::from_millis(1500);

async fn survives_without_the_others(context: &Context) -> Verdict {
    let mut scene = Scene::begin(context).await?;
    scene.go_on();
    context.part(Partition::Alone).await?;
    sleep(WHILE).await;
    context.part(Partition::Heal).await?;
    scene.finish().await
}

async fn goes_on_with_the_majority(context: &Context) -> Verdict {
    let mut scene = Scene::begin(context).await?;
    scene.go_on();
    context.part(Partition::Another).await?;
    scene.take_writes().await?;
    context.part(Partition::Heal).await?;
    scene.finish().await
}

async fn loses_no_creation(context: &Context) -> Verdict {
    let start = context.current().await?;
    context.part(Partition::Alone).await?;
    let store = context.shared_store();
    let mut writing = AbortOnDropHandle::new(tokio::spawn(async move {
        let (at, object) = (key("ns", "alone"), pod("ns", "alone"));
        store.create(&at, &object, None).await
    }));
    // It may fail, wait, or find its way to a majority.
    let meanwhile = timeout(WHILE, &mut writing).await;
    context.part(Partition::Heal).await?;
    let answer = match meanwhile {
        Ok(answer) => answer,
        Err(_) => timeout(deadline::RECOVERY, writing)
            .await
            .map_err(|_| unexpected("the creation is answered, or fails", "it is not"))?,
    };
    let answer = answer.map_err(|_| Fault::Broken("The one who creates died".to_owned()))?;
    let changes = changes_after(context, start).await?;
    agree(&answer, &changes)
}
