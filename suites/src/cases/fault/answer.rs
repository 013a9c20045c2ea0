use storeproof::storage::{
    AcceptAll, Code, DeleteOptions, Error, Event, ResourceVersion, Result, Update, UpdateOptions,
    update_with,
};
use storeproof_fixtures::{
    fault::LinkFault,
    objects::{Pod, PodExt, key, pod},
};
use tokio::{task::yield_now, time::timeout};

use crate::{
    case,
    harness::{Capability, Case, Context, Fault, Verdict, deadline, expect_that, unexpected},
};

const NEEDS: &[Capability] = &[
    Capability::Watch,
    Capability::WatchHistory,
    Capability::ClientLink,
];

pub(super) const CASES: &[Case] = &[
    case!(
        of_a_creation_is_not_made_up,
        "A creation whose answer is lost happens once at most, and is not told to exist already.",
        "backend/9/110 store/6/84"
    )
    .needs(NEEDS),
    case!(
        of_an_update_is_not_made_up,
        "An update whose answer is lost happens once at most.",
        "backend/9/110 store/6/84"
    )
    .needs(NEEDS),
    case!(
        of_a_deletion_is_not_made_up,
        "A deletion whose answer is lost is not told to have found nothing.",
        "backend/9/110 store/6/84"
    )
    .needs(NEEDS),
];

const NAME: &str = "foo";
const COUNT: &str = "count";

async fn of_a_creation_is_not_made_up(context: &Context) -> Verdict {
    let start = context.current().await?;
    context.break_link(LinkFault::CutBeforeAnswer).await?;
    let (at, object) = (key("ns", NAME), pod("ns", NAME));
    let answer = context.store().create(&at, &object, None).await;
    is_not(&answer, Code::KeyExists, "a creation of what was not there")?;
    let changes = changes_after(context, start).await?;
    agree(&answer, &changes)
}

async fn of_an_update_is_not_made_up(context: &Context) -> Verdict {
    let created = context.create(&pod("ns", NAME).label(COUNT, "0")).await?;
    let start = crate::harness::version_of(&created)?;
    context.break_link(LinkFault::CutBeforeAnswer).await?;
    let mut update = update_with(|current: Option<Pod>, _| Ok(counted(current).into()));
    let (at, options) = (key("ns", NAME), UpdateOptions::default());
    let answer = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await;
    is_not(
        &answer,
        Code::InvalidObject,
        "an update that nobody else disturbs",
    )?;
    let changes = changes_after(context, start).await?;
    agree(&answer, &changes)
}

async fn of_a_deletion_is_not_made_up(context: &Context) -> Verdict {
    let created = context.create(&pod("ns", NAME)).await?;
    let start = crate::harness::version_of(&created)?;
    context.break_link(LinkFault::CutBeforeAnswer).await?;
    let (at, options) = (key("ns", NAME), DeleteOptions::default());
    let answer = context.store().delete(&at, options, &mut AcceptAll).await;
    is_not(&answer, Code::KeyNotFound, "a deletion of what is there")?;
    let changes = changes_after(context, start).await?;
    let answer = answer.map(Option::unwrap_or_default);
    agree(&answer, &changes)
}

/// The same with one more counted.
fn counted(current: Option<Pod>) -> Pod {
    let current = current.unwrap_or_default();
    let labels = current.metadata.labels.as_ref();
    let count = labels.and_then(|labels| labels.get(COUNT)?.parse::<u32>().ok());
    let next = count.unwrap_or_default() + 1;
    current.label(COUNT, &next.to_string())
}

fn is_not<R>(answer: &Result<R>, code: Code, what: &str) -> Verdict {
    let told = answer.as_ref().err().and_then(Error::code);
    expect_that(
        told != Some(code),
        format!("{what} succeeds, or nobody knows what became of it"),
        format!("it is told {code:?}, which can only be its own doing"),
    )
}

/// What happened to the object, once the store has found its way again.
pub(super) async fn changes_after(
    context: &Context,
    start: ResourceVersion,
) -> Verdict<Vec<Event<Pod>>> {
    let mended = async {
        let later = key("ns", "later");
        let mut update = update_with(|_, _| Ok(Update::from(pod("ns", "later"))));
        let options = UpdateOptions {
            ignore_not_found: true,
            ..UpdateOptions::default()
        };
        let store = context.store();
        while store
            .guaranteed_update(&later, options.clone(), &mut update)
            .await
            .is_err()
        {
            yield_now().await;
        }
    };
    let ended = timeout(deadline::RECOVERY, mended).await;
    ended.map_err(|_| unexpected("the store takes writes again", "it does not"))?;
    let mut watch = context.watch("/pods/", start).await?;
    let mut changes = Vec::new();
    loop {
        let event = watch.next("the write after the break").await?;
        if event.object().is_some_and(|pod| pod.name() == "later") {
            return Ok(changes);
        }
        changes.push(event);
    }
}

/// It happened once where it was acknowledged, and once at most where nobody knows.
pub(super) fn agree(answer: &Result<Pod>, changes: &[Event<Pod>]) -> Verdict {
    let versions: Vec<&str> = changes
        .iter()
        .filter_map(|event| Some(event.object()?.version()))
        .collect();
    let observed = format!("it happened at these versions: {}", versions.join(", "));
    match (answer, versions.as_slice()) {
        (Ok(written), [only]) if *only == written.version() => Ok(()),
        (Err(_), [] | [_]) => Ok(()),
        (Ok(written), _) => Err(Fault::failed(
            format!(
                "what was acknowledged happened once, at {}",
                written.version()
            ),
            observed,
        )),
        (Err(_), _) => Err(Fault::failed(
            "a write of unknown outcome happens once at most",
            observed,
        )),
    }
}
