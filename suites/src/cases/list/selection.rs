use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{
    LabelSelector as ApiSelector, LabelSelectorRequirement,
};
use storeproof::storage::{LabelSelector, SelectionPredicate};
use storeproof_fixtures::objects::{Pod, PodExt, attributes, everything, fields, key, labels, pod};

use crate::{
    case,
    harness::{
        Case, Context, Row, Verdict, expect_eq, expect_items, expect_that, names, page_of, row_of,
        selecting,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows LABEL_ROWS,
        selects_by_labels,
        "A list holds exactly the objects whose labels satisfy every term of the selector, indexed or not.",
        "store/6/57 store/1.6"
    ),
    case!(
        rows FIELD_ROWS,
        selects_by_fields,
        "A list holds exactly the objects whose fields satisfy every term, indexed or not; a field that is not there reads as empty.",
        "store/6/57 store/1.6"
    ),
    case!(
        demands_labels_and_fields,
        "With both selectors, only objects that satisfy both are listed.",
        "store/6/57"
    ),
    case!(
        drops_objects_without_attributes,
        "An object whose attributes cannot be had is left out of a selection, and the list succeeds.",
        "store/6/57 backend/9/62"
    ),
    case!(
        asks_for_no_attributes_without_selectors,
        "Without selectors no attributes are asked for.",
        "store/6/57"
    ),
    case!(
        sees_updates,
        "An object joins or leaves a selection by the update that makes it match or not.",
        "store/6/57"
    ),
];

/// The objects of every row: `a` is labelled and assigned, `b` is labelled otherwise, `c` is bare.
async fn seed(context: &Context) -> Verdict<Vec<Pod>> {
    Ok(vec![
        context
            .create(
                &pod("ns", "a")
                    .label("app", "web")
                    .label("tier", "1")
                    .node("n1"),
            )
            .await?,
        context
            .create(&pod("ns", "b").label("app", "db").node("n2"))
            .await?,
        context.create(&pod("ns", "c")).await?,
    ])
}

fn named(pods: &[Pod], names: &[&str]) -> Vec<Pod> {
    pods.iter()
        .filter(|pod| names.contains(&pod.name()))
        .cloned()
        .collect()
}

const LABEL_ROWS: &[Row] = &names(&LABELS);

/// A label, an operator of the API, and its values.
pub(in crate::cases) type Term = (&'static str, &'static str, &'static [&'static str]);

/// The terms of a selector, and the names of those that it selects.
type LabelRow = (&'static [Term], &'static [&'static str]);

const LABELS: [(&str, LabelRow); 8] = [
    ("is", (&[("app", "In", &["web"])], &["a"])),
    ("is-not", (&[("app", "NotIn", &["web"])], &["b", "c"])),
    ("in", (&[("app", "In", &["web", "db"])], &["a", "b"])),
    ("not-in", (&[("app", "NotIn", &["web", "db"])], &["c"])),
    ("exists", (&[("app", "Exists", &[])], &["a", "b"])),
    ("does-not-exist", (&[("app", "DoesNotExist", &[])], &["c"])),
    (
        "both-terms",
        (&[("app", "Exists", &[]), ("tier", "In", &["1"])], &["a"]),
    ),
    (
        "contradiction",
        (&[("app", "Exists", &[]), ("app", "DoesNotExist", &[])], &[]),
    ),
];

async fn selects_by_labels(context: &Context, row: usize) -> Verdict {
    let pods = seed(context).await?;
    let (terms, wanted) = *row_of(&LABELS, row);
    let predicate = SelectionPredicate {
        label: label_selector(terms),
        ..everything()
    };
    expect_selected(context, predicate, &named(&pods, wanted)).await
}

/// These are selected, and no others where somebody may have an index of what is selected by.
async fn expect_selected(
    context: &Context,
    predicate: SelectionPredicate<Pod>,
    wanted: &[Pod],
) -> Verdict {
    let indexed = SelectionPredicate {
        index_labels: vec!["app".to_owned(), "tier".to_owned()],
        index_fields: vec!["metadata.name".to_owned(), "spec.nodeName".to_owned()],
        ..predicate.clone()
    };
    for predicate in [predicate, indexed] {
        let list = context.list_with("/pods/", selecting(predicate)).await?;
        expect_items(&list, wanted)?;
    }
    Ok(())
}

const FIELD_ROWS: &[Row] = &names(&FIELDS);

const FIELDS: [(&str, (&str, &[&str])); 7] = [
    ("equal", ("spec.nodeName=n1", &["a"])),
    ("unequal", ("spec.nodeName!=n1", &["b", "c"])),
    ("empty", ("spec.nodeName=", &["c"])),
    ("both-terms", ("spec.nodeName!=n1,metadata.name!=c", &["b"])),
    ("contradiction", ("metadata.name=a,metadata.name=b", &[])),
    ("unknown-field-is-empty", ("no.such=", &["a", "b", "c"])),
    ("unknown-field-has-no-value", ("no.such=x", &[])),
];

async fn selects_by_fields(context: &Context, row: usize) -> Verdict {
    let pods = seed(context).await?;
    let (selector, wanted) = *row_of(&FIELDS, row);
    expect_selected(context, fields(selector), &named(&pods, wanted)).await
}

async fn demands_labels_and_fields(context: &Context) -> Verdict {
    let pods = seed(context).await?;
    for (node, wanted) in [("n1", &["a"][..]), ("n2", &[])] {
        let predicate = SelectionPredicate {
            field: fields(&format!("spec.nodeName={node}")).field,
            ..labels(&[("app", "web")])
        };
        let list = context.list_with("/pods/", selecting(predicate)).await?;
        expect_items(&list, &named(&pods, wanted))?;
    }
    Ok(())
}

async fn drops_objects_without_attributes(context: &Context) -> Verdict {
    let pods = seed(context).await?;
    let predicate = SelectionPredicate {
        attributes: Arc::new(|pod: &Pod| match pod.name() {
            "b" => Err("no attributes".into()),
            _ => Ok(attributes(pod)),
        }),
        ..fields("spec.nodeName!=elsewhere")
    };
    for limit in [0, 2] {
        let options = page_of(predicate.clone(), limit, "");
        let list = context.list_with("/pods/", options).await?;
        expect_items(&list, &named(&pods, &["a", "c"]))?;
        expect_eq("the continue token", list.continue_token, "")?;
    }
    Ok(())
}

async fn asks_for_no_attributes_without_selectors(context: &Context) -> Verdict {
    let pods = seed(context).await?;
    let asked = Arc::new(AtomicBool::new(false));
    let note = Arc::clone(&asked);
    let predicate = SelectionPredicate {
        attributes: Arc::new(move |_: &Pod| {
            note.store(true, Ordering::SeqCst);
            Err("attributes are not needed".into())
        }),
        ..everything()
    };
    for limit in [0, 3] {
        let options = page_of(predicate.clone(), limit, "");
        let list = context.list_with("/pods/", options).await?;
        expect_items(&list, &pods)?;
    }
    expect_that(
        !asked.load(Ordering::SeqCst),
        "no attributes are asked for",
        "they are",
    )
}

async fn sees_updates(context: &Context) -> Verdict {
    let pods = seed(context).await?;
    let on_first = || selecting(fields("spec.nodeName=n1"));
    let moved = context
        .update(&key("ns", "c"), |pod| pod.node("n1"))
        .await?;
    context
        .update(&key("ns", "a"), |pod| pod.node("n2"))
        .await?;
    let list = context.list_with("/pods/", on_first()).await?;
    expect_items(&list, std::slice::from_ref(&moved))?;
    context.delete(&key("ns", "c")).await?;
    let list = context.list_with("/pods/", on_first()).await?;
    expect_items(&list, &named(&pods, &[]))
}

/// A selector of these terms, in the words of the API.
pub(in crate::cases) fn label_selector(terms: &[Term]) -> LabelSelector {
    let terms = terms
        .iter()
        .map(|(name, operator, values)| LabelSelectorRequirement {
            key: (*name).to_owned(),
            operator: (*operator).to_owned(),
            values: (!values.is_empty())
                .then(|| values.iter().map(|value| (*value).to_owned()).collect()),
        });
    ApiSelector {
        match_expressions: Some(terms.collect()),
        match_labels: None,
    }
    .try_into()
    .expect("the rows hold operators of the API only")
}
