use futures::{StreamExt, TryStreamExt, stream};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::StatusCause;
use storeproof::storage::{Error, ListOptions};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Row, Verdict, expect_eq, expect_that, row_of,
        sourced, unexpected,
    },
};

pub(super) const CASES: &[Case] = &[case!(
    rows ROWS,
    are_told_all_at_once,
    "A list that meets corrupt objects goes on, and fails with all of them and the objects that can be read.",
    "store/5.3.22"
)
.needs(NEEDS)];

const NEEDS: &[Capability] = &[Capability::Transformer, Capability::CorruptObjects];

const ROWS: &[Row] = &sourced(&SCENES);

/// What befalls so many Pods, numbered from one, and what a list makes of it.
struct Scene {
    pods: usize,
    corrupt: fn(usize) -> bool,
    /// The one that nobody can be asked about.
    outage: Option<usize>,
    /// Those that come with the error.
    readable: fn(usize) -> bool,
    /// Those that the error tells of; `None` where it is not about corrupt objects.
    told: Option<fn(usize) -> bool>,
    /// What the error tells of behind them.
    end: Option<&'static str>,
}

const UNREADABLE: &str = "UnexpectedServerResponse";
const TOO_MANY: &str = "FieldValueTooMany";

const SCENES: [(&str, &str, Scene); 9] = [
    (
        "first-error-unexpected",
        "store/5.3.22/first-error-unexpected",
        Scene {
            pods: 7,
            corrupt: |number| number == 4 || number == 6,
            outage: Some(2),
            readable: |number| number == 1,
            told: None,
            end: None,
        },
    ),
    (
        "aggregate",
        "store/5.3.22/aggregate",
        Scene {
            readable: |number| number % 2 == 1,
            ..Scene::of(7, |number| number % 2 == 0)
        },
    ),
    (
        "abort-after-aggregation",
        "store/5.3.22/abort-after-aggregation",
        Scene {
            outage: Some(4),
            readable: |number| number == 1 || number == 3,
            told: Some(|number| number == 2),
            end: Some(UNREADABLE),
            ..Scene::of(7, |number| number == 2 || number == 6)
        },
    ),
    (
        "over-the-cap",
        "store/5.3.22/over-the-cap",
        Scene {
            readable: |number| number % 2 == 1 && number < 200,
            told: Some(|number| number % 2 == 0 && number <= 200),
            end: Some(TOO_MANY),
            ..Scene::of(210, |number| number % 2 == 0)
        },
    ),
    (
        "exactly-the-cap",
        "store/5.3.22/exactly-the-cap",
        Scene {
            end: Some(TOO_MANY),
            ..Scene::of(100, |_| true)
        },
    ),
    ("one-below-the-cap", "store/6/65", Scene::of(99, |_| true)),
    (
        "the-cap-before-others",
        "store/6/65",
        Scene {
            end: Some(TOO_MANY),
            ..Scene::of(105, |number| number <= 100)
        },
    ),
    (
        "one-above-the-cap",
        "store/6/65",
        Scene {
            told: Some(|number| number <= 100),
            end: Some(TOO_MANY),
            ..Scene::of(101, |_| true)
        },
    ),
    (
        "the-very-last",
        "store/6/64",
        Scene {
            readable: |number| number < 7,
            ..Scene::of(7, |number| number == 7)
        },
    ),
];

impl Scene {
    /// All corrupt ones are told of, and nothing comes with them.
    const fn of(pods: usize, corrupt: fn(usize) -> bool) -> Self {
        Self {
            pods,
            corrupt,
            outage: None,
            readable: |_| false,
            told: Some(corrupt),
            end: None,
        }
    }

    fn names(&self, which: impl Fn(usize) -> bool) -> Vec<String> {
        (1..=self.pods)
            .filter(|number| which(*number))
            .map(name)
            .collect()
    }
}

async fn are_told_all_at_once(context: &Context, row: usize) -> Verdict {
    let scene = row_of(&SCENES, row);
    let stored = fill(context, scene.pods).await?;
    let transformer = context.transformer();
    transformer.fail_reads_of(scene.names(scene.corrupt));
    transformer.make_unavailable(scene.outage.map(name));
    let (error, read) = broken_list(context, &ListOptions::default()).await?;
    expect_eq(
        "the objects with the error",
        read,
        scene.names(scene.readable),
    )?;
    match scene.told {
        None => expect_that(
            error.is_internal() && !error.is_corrupt_object(),
            "an internal error that says nothing of corrupt objects",
            format!("{error:?}"),
        )?,
        Some(told) => {
            let told = scene.names(told);
            expect_causes(context, &error, &told, scene.end)?;
        }
    }
    transformer.fail_reads(None);
    transformer.make_unavailable(None);
    let list = context.list("/pods/").await?;
    expect_eq("the objects once they are repaired", list.items, stored)
}

fn name(number: usize) -> String {
    format!("foo-{number:06}")
}

/// So many Pods are created at a time.
const AT_ONCE: usize = 16;

/// Creates so many Pods, numbered from one.
pub(super) async fn fill(context: &Context, pods: usize) -> Verdict<Vec<Pod>> {
    let created = (1..=pods).map(|number| async move {
        let pod = pod("ns", &name(number));
        context.create(&pod).await
    });
    stream::iter(created).buffered(AT_ONCE).try_collect().await
}

/// A list that must fail: its error, and the names of the objects that come with it.
pub(super) async fn broken_list(
    context: &Context,
    options: &ListOptions<Pod>,
) -> Verdict<(Error, Vec<String>)> {
    match context.store().get_list("/pods/", options).await {
        Ok(list) => {
            let observed = format!("it succeeds with {} objects", list.items.len());
            Err(unexpected("the list fails", observed))
        }
        Err(failed) => {
            let names = failed.items.iter().map(|pod| pod.name().to_owned());
            Ok((failed.error, names.collect()))
        }
    }
}

/// What the error of a list that met corrupt objects tells, one by one.
pub(super) fn causes(error: &Error) -> Verdict<Vec<StatusCause>> {
    Err::<(), _>(error.clone()).expect_read_error()?;
    let details = error.status().and_then(|status| status.details.clone());
    Ok(details
        .and_then(|details| details.causes)
        .unwrap_or_default())
}

/// The error tells of exactly these Pods by their full keys, in order, and of what ended the list behind them.
fn expect_causes(context: &Context, error: &Error, names: &[String], end: Option<&str>) -> Verdict {
    let told: Vec<_> = causes(error)?
        .into_iter()
        .map(|cause| {
            (
                cause.reason.unwrap_or_default(),
                cause.field.unwrap_or_default(),
            )
        })
        .collect();
    let mut expected = Vec::with_capacity(names.len() + 1);
    for name in names {
        let field = context.full_key(&key("ns", name))?;
        expected.push((UNREADABLE.to_owned(), field));
    }
    expected.extend(end.map(|reason| (reason.to_owned(), String::new())));
    expect_eq("the causes", told, expected)
}
