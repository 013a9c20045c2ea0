use std::time::Duration;

use storeproof::storage::ResourceVersion;
use storeproof_fixtures::{
    fault::ServerFault,
    objects::{RESOURCE_PREFIX, key, pod},
};
use tokio::{sync::mpsc, time::sleep};

use super::scene::Scene;
use crate::{
    case,
    harness::{Capability, Case, Context, Fault, Verdict, expect_eq, expect_that, version_of},
};

const WATCHED: &[Capability] = &[
    Capability::Watch,
    Capability::WatchHistory,
    Capability::ServerFaults,
];

pub(super) const CASES: &[Case] = &[
    case!(
        survives_a_kill,
        "While the server is killed and started again under writers and watchers, nothing acknowledged is lost, nothing happens twice, and every watch goes on or fails so that it can be resumed.",
        "backend/9/48 DUR-04 backend/9/110"
    )
    .needs(WATCHED)
    .breaking(),
    case!(
        survives_a_pause,
        "The same holds where the server stands still for a while.",
        "backend/9/48 backend/9/110"
    )
    .needs(WATCHED)
    .breaking(),
    case!(
        survives_another_leader,
        "The same holds where the server's members follow another leader.",
        "backend/9/48 backend/9/110"
    )
    .needs(&[
        Capability::Watch,
        Capability::WatchHistory,
        Capability::LeaderChange,
    ])
    .breaking(),
    case!(
        keeps_what_it_acknowledged,
        "Every object whose creation was acknowledged before the server was killed is there afterwards at its version, and versions go on from there.",
        "DUR-01"
    )
    .needs(&[Capability::ServerFaults])
    .breaking(),
];

/// How long a server stays dead, or stands still.
const WHILE: Duration = Duration::from_millis(400);
/// How often members follow another one.
const CHANGES: usize = 2;
/// So many creations are acknowledged before the server is killed.
const BEFORE: usize = 60;

async fn survives_a_kill(context: &Context) -> Verdict {
    through(context, ServerFault::Kill).await
}

async fn survives_a_pause(context: &Context) -> Verdict {
    through(context, ServerFault::Pause).await
}

async fn through(context: &Context, fault: ServerFault) -> Verdict {
    let mut scene = Scene::begin(context).await?;
    scene.go_on();
    context.break_server(fault).await?;
    sleep(WHILE).await;
    context.break_server(ServerFault::Heal).await?;
    scene.finish().await
}

async fn survives_another_leader(context: &Context) -> Verdict {
    let mut scene = Scene::begin(context).await?;
    for _ in 0..CHANGES {
        scene.go_on();
        context.change_leader().await?;
        scene.settle().await?;
    }
    scene.finish().await
}

async fn keeps_what_it_acknowledged(context: &Context) -> Verdict {
    let store = context.shared_store();
    let (sender, mut acknowledged) = mpsc::unbounded_channel();
    // Creates one object after another until one fails: that is when the server is dead.
    let writing = tokio::spawn(async move {
        for number in 0_u32.. {
            let name = format!("object-{number:05}");
            let (at, object) = (key("ns", &name), pod("ns", &name));
            let Ok(created) = store.create(&at, &object, None).await else {
                return;
            };
            if sender.send(created).is_err() {
                return;
            }
        }
    });
    let mut kept = Vec::new();
    while kept.len() < BEFORE {
        let created = acknowledged.recv().await;
        kept.push(created.ok_or_else(|| Fault::failed("creations succeed", "one fails"))?);
    }
    context.break_server(ServerFault::Kill).await?;
    sleep(WHILE).await;
    acknowledged.close();
    while let Some(created) = acknowledged.recv().await {
        kept.push(created);
    }
    context.break_server(ServerFault::Heal).await?;
    writing.abort();
    let list = context.list(RESOURCE_PREFIX).await?;
    let mut last = ResourceVersion::UNSET;
    for created in &kept {
        let found = list
            .items
            .iter()
            .find(|found| found.metadata.name == created.metadata.name);
        expect_eq("an object that was acknowledged", found, Some(created))?;
        last = last.max(version_of(created)?);
    }
    let next = version_of(&context.create(&pod("ns", "later")).await?)?;
    expect_that(
        next > last,
        format!("versions go on behind {last}"),
        format!("the next one is {next}"),
    )
}
