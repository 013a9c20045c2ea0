use std::sync::Arc;

use storeproof::storage::SelectionPredicate;
use storeproof_fixtures::objects::{Pod, PodExt, attributes, everything, fields, labels, pod};

use super::selection::{Term, label_selector};
use crate::{
    case,
    harness::{Case, Context, Verdict, expect_items, selecting},
};

pub(super) const CASES: &[Case] = &[
    case!(
        hold_labels_without_a_value,
        "A label without a value is there: it exists, and its value is the empty text.",
        "store/6/57"
    ),
    case!(
        are_compared_whole,
        "A value is selected that is the same from its first letter to its last, in capitals or not, and no other.",
        "store/6/57"
    ),
    case!(
        are_those_of_the_object,
        "Name and namespace that are selected by are those in the object, whatever key it lives at.",
        "store/6/57 store/1.6"
    ),
    case!(
        are_made_of_whole_objects,
        "The objects that attributes are made of carry their versions already.",
        "store/3.7.4 store/3.3"
    ),
];

async fn hold_labels_without_a_value(context: &Context) -> Verdict {
    let bare = context.create(&pod("ns", "bare")).await?;
    let empty = context.create(&pod("ns", "empty").label("app", "")).await?;
    context
        .create(&pod("ns", "web").label("app", "web"))
        .await?;
    let is_empty: Term = ("app", "In", &[""]);
    let is_one_of: Term = ("app", "In", &["", "db"]);
    let is_not_web: Term = ("app", "NotIn", &["web"]);
    let exists: Term = ("app", "Exists", &[]);
    let does_not_exist: Term = ("app", "DoesNotExist", &[]);
    for (terms, wanted) in [
        (vec![is_empty], vec![empty.clone()]),
        (vec![is_one_of], vec![empty.clone()]),
        (vec![is_not_web], vec![bare.clone(), empty.clone()]),
        (vec![exists, is_not_web], vec![empty]),
        (vec![does_not_exist], vec![bare]),
    ] {
        let predicate = SelectionPredicate {
            label: label_selector(&terms),
            ..everything()
        };
        let list = context.list_with("/pods/", selecting(predicate)).await?;
        expect_items(&list, &wanted)?;
    }
    Ok(())
}

async fn are_those_of_the_object(context: &Context) -> Verdict {
    let named = context
        .create_at("/pods/ns/elsewhere", &pod("other", "foo"))
        .await?;
    context
        .create_at("/pods/ns/foo", &pod("ns", "other"))
        .await?;
    for (at, selector) in [
        ("/pods/ns", "metadata.name=foo"),
        ("/pods/", "metadata.name=foo,metadata.namespace=other"),
        ("/pods/", "metadata.namespace=other"),
    ] {
        let list = context.list_with(at, selecting(fields(selector))).await?;
        expect_items(&list, std::slice::from_ref(&named))?;
    }
    Ok(())
}

async fn are_made_of_whole_objects(context: &Context) -> Verdict {
    let stored = context.create(&pod("ns", "foo").label("a", "b")).await?;
    let predicate = SelectionPredicate {
        attributes: Arc::new(|pod: &Pod| match pod.version() {
            "" => Err("no version".into()),
            _ => Ok(attributes(pod)),
        }),
        ..labels(&[("a", "b")])
    };
    let list = context.list_with("/pods/", selecting(predicate)).await?;
    expect_items(&list, &[stored])
}

async fn are_compared_whole(context: &Context) -> Verdict {
    let web = pod("ns", "a").label("app", "web").node("n1");
    let web = context.create(&web).await?;
    for (name, app, node) in [
        ("b", "website", "n10"),
        ("c", "Web", "N1"),
        ("d", "cobweb", "an1"),
        ("e", "we", "n"),
    ] {
        let other = pod("ns", name).label("app", app).node(node);
        context.create(&other).await?;
    }
    let by_label = label_selector(&[("app", "In", &["web", "db"])]);
    for predicate in [
        labels(&[("app", "web")]),
        fields("spec.nodeName=n1"),
        SelectionPredicate {
            label: by_label,
            ..everything()
        },
    ] {
        let list = context.list_with("/pods/", selecting(predicate)).await?;
        expect_items(&list, std::slice::from_ref(&web))?;
    }
    Ok(())
}
