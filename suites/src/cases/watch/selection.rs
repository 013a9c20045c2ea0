//! Every operator of a selector, of what an object was as well as of what it is.

use storeproof::storage::{Event, Object, SelectionPredicate, WatchOptions};
use storeproof_fixtures::objects::{Pod, PodExt, fields, key, pod};

use crate::{
    case,
    cases::list::selection::{Term, label_selector},
    harness::{Capability, Case, Context, Row, Verdict, names, row_of, version_of},
};

pub(super) const CASES: &[Case] = &[case!(
    rows ROWS,
    follows_every_operator,
    "Whatever operator a selector has, a watch begins with the objects that it selects, and tells of each change what that is to them.",
    "backend/9/50 backend/6.1 backend/5.5"
)
.needs(&[Capability::Watch])];

const ROWS: &[Row] = &names(&SELECTORS);

/// Terms of labels, a selector of fields, and which of the three shapes they select.
type Selector = (&'static [Term], &'static str, &'static [&'static str]);

#[rustfmt::skip]
const SELECTORS: [(&str, Selector); 12] = [
    ("label-is", (&[("app", "In", &["web"])], "", &["a"])),
    ("label-is-not", (&[("app", "NotIn", &["web"])], "", &["b", "c"])),
    ("label-in", (&[("app", "In", &["web", "db"])], "", &["a", "b"])),
    ("label-not-in", (&[("app", "NotIn", &["web", "db"])], "", &["c"])),
    ("label-exists", (&[("app", "Exists", &[])], "", &["a", "b"])),
    ("label-does-not-exist", (&[("app", "DoesNotExist", &[])], "", &["c"])),
    ("two-labels", (&[("app", "Exists", &[]), ("tier", "In", &["1"])], "", &["a"])),
    ("one-label-twice", (&[("app", "NotIn", &["db"]), ("app", "Exists", &[])], "", &["a"])),
    ("field-equal", (&[], "spec.nodeName=n1", &["a"])),
    ("field-unequal", (&[], "spec.nodeName!=n1", &["b", "c"])),
    ("field-empty", (&[], "spec.nodeName=", &["c"])),
    ("no-such-field-is-empty", (&[], "no.such=,spec.nodeName!=n2", &["a", "c"])),
];

/// `a` is labelled and assigned, `b` is labelled and assigned otherwise, `c` is bare.
fn shaped(name: &str, shape: &str) -> Pod {
    let bare = pod("ns", name);
    match shape {
        "a" => bare.label("app", "web").label("tier", "1").node("n1"),
        "b" => bare.label("app", "db").node("n2"),
        _ => bare,
    }
}

/// Every change from one shape to another.
const WALK: [&str; 7] = ["c", "a", "b", "c", "b", "a", "c"];

async fn follows_every_operator(context: &Context, row: usize) -> Verdict {
    let (terms, field, selected) = *row_of(&SELECTORS, row);
    for shape in ["a", "b", "c"] {
        context.create(&shaped(shape, shape)).await?;
    }
    let options = WatchOptions {
        predicate: SelectionPredicate {
            label: label_selector(terms),
            ..fields(field)
        },
        ..WatchOptions::default()
    };
    let mut watch = context.watch_with("/pods/ns", options).await?;
    for shape in selected {
        let there = context.get(&key("ns", shape)).await?;
        watch.expect_added(&there).await?;
    }
    let mut before = None;
    // The last one is told of, so that nothing came before it.
    for shape in WALK.iter().chain(selected) {
        let now = context.write(&shaped("walker", shape)).await?;
        let is = selected.contains(shape).then(|| now.clone());
        if let Some(event) = told(before.take(), is.clone(), &now)? {
            watch.expect(event).await?;
        }
        before = is;
    }
    let deleted = context.delete(&key("ns", "walker")).await?;
    watch.expect_deleted(&deleted).await
}

/// What a change is to an object that was selected before, and is.
fn told(before: Option<Pod>, is: Option<Pod>, now: &Pod) -> Verdict<Option<Event<Pod>>> {
    Ok(match (before, is) {
        (None, None) => None,
        // Nothing was changed.
        (Some(before), Some(is)) if before == is => None,
        (None, Some(is)) => Some(Event::Added(is)),
        (Some(_), Some(is)) => Some(Event::Modified(is)),
        (Some(mut before), None) => {
            before.set_resource_version(version_of(now)?);
            Some(Event::Deleted(before))
        }
    })
}
