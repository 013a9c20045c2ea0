use super::*;
use crate::harness::{Capabilities, Counts, Failure, Item, Plan, Seed, Selection};
use crate::report::record::VerdictLine;

/// Two cases of `keys`, then two of `crud`.
fn begun() -> Begun {
    let ids = ["keys::", "crud::create::"].map(|prefix| {
        let mut items = crate::cases::items().map(|item| item.id());
        let ids: Vec<String> = items
            .by_ref()
            .filter(|id| id.starts_with(prefix))
            .take(2)
            .collect();
        ids
    });
    let selection = Selection {
        filters: ids.concat(),
        ..Selection::default()
    };
    Begun {
        subject: "memory".to_owned(),
        origin: "the memory store of this process".to_owned(),
        provision: "memory".to_owned(),
        capabilities: Capabilities::contract(),
        server_version: None,
        seed: Seed(7),
        plan: Plan::new(&selection, Capabilities::contract()).unwrap(),
        selection,
        jobs: 2,
    }
}

fn items(begun: &Begun) -> [Item; 4] {
    let items: Vec<Item> = begun
        .plan
        .items()
        .iter()
        .map(|planned| planned.item)
        .collect();
    items.try_into().expect("four were selected")
}

fn finished(item: Item, outcome: Outcome) -> Event {
    Event::Finished(Finished {
        item,
        outcome,
        took: Duration::from_millis(5),
    })
}

fn failed() -> Outcome {
    Outcome::Failed(Box::new(Failure {
        expected: "one".to_owned(),
        observed: "two".to_owned(),
        ..Failure::default()
    }))
}

fn ended(events: &[Event]) -> Event {
    let mut counts = Counts::default();
    for event in events {
        if let Event::Finished(finished) = event {
            counts.add(&finished.outcome);
        }
    }
    Event::Ended(Ended {
        counts,
        took: Duration::from_millis(1200),
    })
}

fn shown(events: &[Event], live: bool) -> String {
    let mut out = Vec::new();
    let mut tree = Tree::new(&mut out, Style::plain(), live);
    for event in events {
        tree.show(event).unwrap();
        tree.tick(Duration::from_secs(3)).unwrap();
    }
    tree.show(&ended(events)).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn all_well_is_a_line_a_suite() {
    let begun = begun();
    let [a, b, c, d] = items(&begun);
    let mut events = vec![Event::Begun(begun)];
    events.extend([d, a, b, c].map(|item| finished(item, Outcome::Passed)));
    assert_eq!(
        shown(&events, false),
        "\
4 cases, 2 at a time · seed 7

keys  2 passed
crud  2 passed

conforms: 4 passed, 0 failed · 1.2 s
"
    );
}

#[test]
fn what_did_not_pass_stands_out() {
    let begun = begun();
    let [a, b, c, d] = items(&begun);
    let events = [
        Event::Begun(begun),
        finished(a, Outcome::NotSupported("needs paging".to_owned())),
        finished(b, Outcome::NotSupported("needs paging".to_owned())),
        finished(c, failed()),
        finished(
            d,
            Outcome::KnownFailure("slow disk (known since 2026-01-01)".to_owned()),
        ),
    ];
    let text = shown(&events, false);
    let (c, d) = (c.id(), d.id());
    assert!(text.contains("keys  0 passed, 2 not supported\n"), "{text}");
    let suite = format!(
        "crud  0 passed, 1 failed, 1 known failure\n  ✗ {c} · failed\n  ? {d} · known failure\n    \
         slow disk (known since 2026-01-01)\n"
    );
    assert!(text.contains(&suite), "{text}");
    assert!(
        text.contains(&format!("\n\n{c} · failed\n  requirement  ")),
        "{text}"
    );
    let command = format!("storeproof run memory --filter {c} --seed 7");
    assert!(text.contains(&command), "{text}");
    let summary = "\
does not conform: 0 passed, 1 failed, 2 not supported, 1 known failure · 1.2 s
not supported:
   2  needs paging
";
    assert!(text.ends_with(summary), "{text}");
}

#[test]
fn a_terminal_sees_one_line_that_is_redrawn() {
    let begun = begun();
    let [a, b, c, d] = items(&begun);
    let events = [
        Event::Begun(begun),
        finished(a, failed()),
        Event::Started(b),
        finished(b, Outcome::Passed),
        finished(c, Outcome::Passed),
        finished(d, Outcome::Passed),
    ];
    let text = shown(&events, true);
    assert!(
        text.contains(&format!("\r\x1b[2K1/4 · 1 failed · 3 s · {}", b.id())),
        "{text:?}"
    );
    // Every line that stays begins on a line that was cleared.
    assert!(
        text.contains("\r\x1b[2Kkeys  1 passed, 1 failed\n"),
        "{text:?}"
    );
    assert!(!shown(&events, false).contains('\x1b'));
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let begun = begun();
    let items = items(&begun);
    let style = Style::plain().columns(40);
    let mut out = Vec::new();
    let mut tree = Tree::new(&mut out, style, true);
    tree.show(&Event::Begun(begun)).unwrap();
    for item in items {
        tree.show(&Event::Started(item)).unwrap();
        tree.tick(Duration::from_secs(3)).unwrap();
    }
    for item in items {
        let outcome = Outcome::Inconclusive("too little load ".repeat(20));
        tree.show(&finished(item, outcome)).unwrap();
    }
    let text = String::from_utf8(out).unwrap();
    for line in text.split(['\n', '\r']) {
        let line = line.trim_start_matches("\x1b[2K");
        assert!(line.chars().count() <= 40, "{line}");
    }
}

#[test]
fn a_verdict_on_the_wire_has_a_sign_and_fits() {
    let line = |text: &str, holds| VerdictLine {
        text: text.to_owned(),
        holds,
    };
    let lines = [
        line(
            "Usable as a Kubernetes backend: no, because RNG-01 failed.",
            Some(false),
        ),
        line("Like etcd for other clients: 2 of 2.", Some(true)),
        line("Like the etcd of its version: 0 of 1.", None),
    ];
    assert_eq!(
        summary::verdicts(&lines, &Style::plain().columns(40)),
        [
            "✗ Usable as a Kubernetes backend: no,",
            "  because RNG-01 failed.",
            "✓ Like etcd for other clients: 2 of 2.",
            "? Like the etcd of its version: 0 of 1.",
        ]
    );
}
