use std::fmt::Write;

use proptest::prelude::*;

use super::*;
use crate::report::{
    record::{SubjectRecord, VerdictLine},
    sample,
};

/// The tags of a page with the names of their attributes, in order, and all text between them. Styles and scripts are one
/// piece each.
fn taken_apart(page: &str) -> (String, Vec<String>) {
    let (mut tags, mut texts) = (String::new(), Vec::new());
    let mut rest = page;
    while let Some((text, behind)) = rest.split_once('<') {
        texts.push(text.to_owned());
        let mut quoted = false;
        let end = behind
            .find(|character| {
                quoted ^= character == '"';
                character == '>' && !quoted
            })
            .expect("every tag ends");
        let tag = &behind[..end];
        let mut inside = false;
        for part in tag.split('"') {
            // What stands between quotes is a value.
            write!(tags, "{}", if inside { "…" } else { part }).unwrap();
            inside = !inside;
        }
        tags.push('\n');
        rest = &behind[end + 1..];
        for raw in ["style", "script"] {
            if tag == raw {
                let (inner, after) = rest.split_once(&format!("</{raw}>")).expect("it is closed");
                tags.push_str(inner);
                rest = after;
            }
        }
    }
    texts.push(rest.to_owned());
    (tags, texts)
}

/// What a browser makes of text with entities.
fn unescaped(text: &str) -> String {
    text.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
}

/// The sample with this text wherever a text of somebody else can stand.
fn with(text: &str) -> Report {
    let mut report = sample::report();
    let put = |place: &mut String| text.clone_into(place);
    put(&mut report.suite_version);
    report.suites.push(text.to_owned());
    report.filters.push(text.to_owned());
    for subject in &mut report.subjects {
        put(&mut subject.name);
        put(&mut subject.origin);
        subject.problem.as_mut().map(put);
        subject.server_version.as_mut().map(put);
        subject.capabilities.iter_mut().for_each(put);
        subject.verdicts = vec![VerdictLine {
            text: text.to_owned(),
            holds: Some(false),
        }];
        for case in &mut subject.cases {
            // Ids stay apart from each other, as rows of the page do.
            case.id.push_str(text);
            case.suite.push_str(text);
            put(&mut case.requirement);
            case.requirement_ids.iter_mut().for_each(put);
            case.tier = Some(text.to_owned());
            case.reason.as_mut().map(put);
            if let Some(failure) = &mut case.failure {
                put(&mut failure.expected);
                put(&mut failure.observed);
                failure.timeline.iter_mut().for_each(put);
                failure.operations.iter_mut().for_each(put);
                failure.history.as_mut().map(put);
                failure.replay = Some(text.to_owned());
            }
        }
    }
    report
}

/// Bits that would end a text, an attribute, a comment, a script or an entity, and whatever else there is.
fn texts() -> impl Strategy<Value = String> {
    let bits = prop_oneof![
        Just("<script>alert(1)</script>".to_owned()),
        Just("</script>".to_owned()),
        Just("</style>".to_owned()),
        Just("\" onmouseover=\"x".to_owned()),
        Just("' onload='x".to_owned()),
        Just("<!--".to_owned()),
        Just("-->".to_owned()),
        Just("]]>".to_owned()),
        Just("&lt;".to_owned()),
        Just("{{ version }}{% endfor %}".to_owned()),
        "[<>&\"'/=;a\\n -]{1,8}",
        any::<String>(),
    ];
    prop::collection::vec(bits, 1..5).prop_map(|bits| bits.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_becomes_a_tag(text in texts()) {
        let text = format!("x{text}x");
        let (tags, texts) = taken_apart(&render(&with(&text)).unwrap());
        let (expected, _) = taken_apart(&render(&with("xx")).unwrap());
        prop_assert_eq!(tags, expected);
        let shown = texts.iter().any(|shown| unescaped(shown).contains(&text));
        prop_assert!(shown, "{:?} is not to be read", text);
    }
}

fn only(position: usize) -> String {
    let subject = sample::report().subjects.remove(position);
    render(&sample::report_of(vec![subject])).unwrap()
}

#[test]
fn the_page_needs_nothing_but_itself() {
    let page = render(&sample::report()).unwrap();
    for foreign in [
        "http://", "https://", "url(", "@import", "src=", "<link", "<img",
    ] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn the_verdict_is_the_title_and_the_first_heading() {
    let page = only(1);
    assert!(page.contains("<title>etcd:3.4.23 does not conform.</title>"));
    assert!(page.contains("<h1 class=\"bad\">etcd:3.4.23 does not conform.</h1>"));
    assert!(only(0).contains("<h1 class=\"good\">memory conforms.</h1>"));
    assert!(only(2).contains("<h1 class=\"bad\">tcp://127.0.0.1:1 could not be judged.</h1>"));
}

#[test]
fn a_verdict_on_the_wire_comes_before_it() {
    let mut report = sample::report();
    report.subjects[1].verdicts = vec![VerdictLine {
        text: "Usable as a Kubernetes backend: yes.".to_owned(),
        holds: Some(true),
    }];
    let page = render(&report).unwrap();
    let at = |text| page.find(text).expect(text);
    assert!(at("Usable as a Kubernetes backend: yes.") < at("<h1"));
    assert!(at("<code>etcd:3.4.23</code> Usable") < at("<h1"));
}

#[test]
fn each_failure_is_linked_from_its_requirement() {
    let page = render(&sample::report()).unwrap();
    let wrong = sample::report();
    let wrong = wrong.subjects.iter().flat_map(SubjectRecord::wrong).count();
    assert_eq!(wrong, 5);
    for number in 1..=wrong {
        let target = format!("id=\"failure-{number}\"");
        assert_eq!(page.matches(&target).count(), 1, "{target}");
        let link = format!("href=\"#failure-{number}\"");
        assert_eq!(page.matches(&link).count(), 1, "{link}");
    }
    assert!(page.contains("✗ BOOKMARK @4"), "the timeline is there");
    assert!(page.contains("storeproof run etcd:3.4.23 --filter watch::progress::never_overtakes"));
}

#[test]
fn requirements_are_folded_up_suite_by_suite() {
    let page = only(1);
    // crud, paging, watch, stress, lease, fault.
    assert_eq!(page.matches("<details class=\"suite\">").count(), 6);
    assert!(only(0).contains("every case that ran passed"));
}
