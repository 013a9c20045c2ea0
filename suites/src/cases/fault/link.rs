use std::time::Duration;

use storeproof_fixtures::fault::LinkFault;
use tokio::time::sleep;

use super::scene::Scene;
use crate::{
    case,
    harness::{Capability, Case, Context, Verdict},
};

const NEEDS: &[Capability] = &[
    Capability::Watch,
    Capability::WatchHistory,
    Capability::ClientLink,
];

pub(super) const CASES: &[Case] = &[
    case!(
        survives_the_end_of_its_connection,
        "While connections end under writers and watchers, nothing acknowledged is lost, nothing happens twice, and every watch goes on or fails so that it can be resumed.",
        "backend/9/48 backend/9/47 backend/9/110"
    )
    .needs(NEEDS),
    case!(
        survives_a_reset,
        "The same holds where connections are reset.",
        "backend/9/48 backend/9/110"
    )
    .needs(NEEDS),
    case!(
        survives_half_an_end,
        "The same holds where only the server's side of connections ends.",
        "backend/9/48 backend/9/110"
    )
    .needs(NEEDS),
    case!(
        survives_lost_answers,
        "The same holds where connections end between a request and its answer.",
        "backend/9/48 backend/9/110"
    )
    .needs(NEEDS),
    case!(
        waits_for_the_way_to_come_back,
        "The same holds where for a while no connection can be made.",
        "backend/9/48 backend/9/110"
    )
    .needs(NEEDS),
    case!(
        survives_silence,
        "The same holds where for a while nothing moves on the way to the server.",
        "backend/9/48 backend/9/110"
    )
    .needs(NEEDS),
    case!(
        survives_half_a_way,
        "The same holds where for a while requests reach the server and no answer comes back.",
        "backend/9/48 backend/9/110"
    )
    .needs(NEEDS),
    case!(
        survives_slowness,
        "The same holds where for a while little moves on the way to the server.",
        "backend/9/48 backend/9/70"
    )
    .needs(NEEDS),
];

/// How often connections end.
const TIMES: usize = 3;
/// How long a fault lasts that has to be healed.
const WHILE: Duration = Duration::from_millis(400);

async fn survives_the_end_of_its_connection(context: &Context) -> Verdict {
    through_ends(context, LinkFault::Cut).await
}

async fn survives_a_reset(context: &Context) -> Verdict {
    through_ends(context, LinkFault::Reset).await
}

async fn survives_half_an_end(context: &Context) -> Verdict {
    through_ends(context, LinkFault::HalfClose).await
}

async fn survives_lost_answers(context: &Context) -> Verdict {
    through_ends(context, LinkFault::CutBeforeAnswer).await
}

async fn waits_for_the_way_to_come_back(context: &Context) -> Verdict {
    through(context, LinkFault::Refuse).await
}

async fn survives_silence(context: &Context) -> Verdict {
    through(context, LinkFault::Freeze).await
}

async fn survives_half_a_way(context: &Context) -> Verdict {
    through(context, LinkFault::Mute).await
}

async fn survives_slowness(context: &Context) -> Verdict {
    through(context, LinkFault::Slow).await
}

/// Something that happens at once, several times.
async fn through_ends(context: &Context, fault: LinkFault) -> Verdict {
    let mut scene = Scene::begin(context).await?;
    for _ in 0..TIMES {
        scene.go_on();
        context.break_link(fault).await?;
        scene.settle().await?;
    }
    scene.finish().await
}

/// Something that lasts.
async fn through(context: &Context, fault: LinkFault) -> Verdict {
    let mut scene = Scene::begin(context).await?;
    scene.go_on();
    context.break_link(fault).await?;
    sleep(WHILE).await;
    context.break_link(LinkFault::Heal).await?;
    scene.finish().await
}
