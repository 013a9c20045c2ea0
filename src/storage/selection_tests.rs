use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use k8s_openapi::api::core::v1::Pod;
use kube_core::Expression;

use super::{Attributes, SelectionPredicate, metadata_attributes, with_fields};
use crate::storage::LabelSelector;

fn pod(name: &str, namespace: &str, labels: &[(&str, &str)]) -> Pod {
    let mut pod = Pod::default();
    pod.metadata.name = Some(name.to_owned());
    pod.metadata.namespace = Some(namespace.to_owned());
    let labels = labels
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    pod.metadata.labels = Some(labels.collect());
    pod
}

fn predicate(
    labels: impl IntoIterator<Item = Expression>,
    fields: &str,
) -> SelectionPredicate<Pod> {
    let label: LabelSelector = labels.into_iter().collect();
    SelectionPredicate::selecting(label, fields.parse().expect(fields))
}

fn equal(label: &str, value: &str) -> Expression {
    Expression::Equal(label.to_owned(), value.to_owned())
}

#[test]
fn both_selectors_must_match() {
    let foo = pod("foo", "ns", &[("a", "1")]);
    for (labels, fields, matches) in [
        (vec![], "", true),
        (vec![equal("a", "1")], "", true),
        (vec![equal("a", "2")], "", false),
        (vec![], "metadata.name=foo", true),
        (vec![], "metadata.name!=foo", false),
        (vec![equal("a", "1")], "metadata.namespace=ns", true),
        (vec![equal("a", "1")], "metadata.namespace=other", false),
        (vec![equal("a", "2")], "metadata.namespace=ns", false),
    ] {
        let predicate = predicate(labels, fields);
        assert_eq!(predicate.matches(&foo), matches, "{predicate:?}");
    }
}

#[test]
fn attributes_are_asked_for_only_where_something_is_selected() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let mut predicate = SelectionPredicate {
        attributes: Arc::new(move |_: &Pod| {
            count.fetch_add(1, Ordering::SeqCst);
            Err("no attributes".into())
        }),
        ..SelectionPredicate::everything()
    };
    assert!(predicate.is_empty() && predicate.matches(&Pod::default()));
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    predicate.field = "metadata.name!=x".parse().expect("a selector");
    assert!(!predicate.is_empty() && !predicate.matches(&Pod::default()));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[test]
fn fields_can_be_added_to_the_attributes() {
    let phase = with_fields(metadata_attributes(), |pod: &Pod, fields| {
        let name = pod.metadata.name.clone().ok_or("a Pod without a name")?;
        fields.insert("twice".to_owned(), format!("{name}{name}"));
        Ok(())
    });
    let predicate = SelectionPredicate {
        attributes: phase,
        ..predicate([], "twice=foofoo,metadata.name=foo")
    };
    assert!(predicate.matches(&pod("foo", "ns", &[])));
    assert!(!predicate.matches(&Pod::default()));
    let negative = SelectionPredicate {
        field: "metadata.name!=bar".parse().expect("a selector"),
        ..predicate
    };
    assert!(!negative.matches(&Pod::default()), "the error decides");
    assert!(negative.matches_attributes(&Attributes::default()));
}

#[test]
fn a_demand_for_one_name_or_namespace_is_told() {
    for (fields, token, name, namespace) in [
        ("", "", None, None),
        ("metadata.name=foo", "", Some("foo"), None),
        ("metadata.name!=foo", "", None, None),
        ("metadata.namespace=ns", "", None, Some("ns")),
        (
            "metadata.name=foo,metadata.namespace=ns",
            "",
            Some("foo"),
            Some("ns"),
        ),
        (
            "metadata.name=foo,metadata.namespace=ns",
            "token",
            None,
            None,
        ),
    ] {
        let predicate = SelectionPredicate {
            continue_token: token.to_owned(),
            ..predicate([], fields)
        };
        assert_eq!(predicate.matches_single(), name, "{fields}");
        assert_eq!(predicate.matches_single_namespace(), namespace, "{fields}");
    }
}

#[test]
fn indices_are_named_where_one_value_is_demanded() {
    let one = |label: &str, values: &[&str]| {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Expression::In(label.to_owned(), values)
    };
    let not = Expression::NotEqual("a".to_owned(), "1".to_owned());
    for (labels, fields, namespace, expected) in [
        (vec![], "", None, [].as_slice()),
        (vec![], "", Some("req"), &[("f:metadata.namespace", "req")]),
        (
            vec![],
            "metadata.namespace=ns",
            Some("req"),
            &[("f:metadata.namespace", "ns")],
        ),
        (
            vec![],
            "metadata.namespace!=ns",
            Some("req"),
            &[("f:metadata.namespace", "req")],
        ),
        (
            vec![equal("a", "1")],
            "spec.nodeName=n",
            None,
            &[("f:spec.nodeName", "n"), ("l:a", "1")],
        ),
        (vec![equal("unknown", "1")], "unknown=2", None, &[]),
        (vec![one("a", &["1"])], "", None, &[("l:a", "1")]),
        (vec![one("a", &["1", "2"])], "", None, &[]),
        (vec![not, equal("a", "1")], "spec.nodeName!=n", None, &[]),
    ] {
        let predicate = SelectionPredicate {
            index_fields: vec!["spec.nodeName".to_owned(), "metadata.namespace".to_owned()],
            index_labels: vec!["a".to_owned()],
            ..predicate(labels, fields)
        };
        let found = predicate.matcher_index(namespace);
        let found: Vec<_> = found
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(found, expected, "{predicate:?}");
    }
}
