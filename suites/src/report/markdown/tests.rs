use rstest::rstest;

use super::*;
use crate::report::{record::Failure, sample};

fn only(position: usize) -> Report {
    let subject = sample::report().subjects.remove(position);
    sample::report_of(vec![subject])
}

#[test]
fn the_verdict_comes_first() {
    let text = render(&only(1));
    assert!(
        text.starts_with(
            "✗ **etcd:3.4.23 does not conform.** Of 8 cases that ran, 2 failed, 1 passed though it"
        ),
        "{text}"
    );
    assert!(
        render(&only(0)).starts_with("✓ **memory conforms.** All 7 cases that ran passed."),
        "{}",
        render(&only(0))
    );
    assert!(
        render(&only(2)).starts_with("✗ **tcp://127.0.0.1:1 could not be judged.** Nobody"),
        "{}",
        render(&only(2))
    );
}

#[test]
fn a_verdict_on_the_wire_comes_before_it() {
    let mut report = only(0);
    report.subjects[0].verdicts = vec![
        VerdictLine {
            text: "Usable as a Kubernetes backend: no, because RNG-01 failed.".to_owned(),
            holds: Some(false),
        },
        VerdictLine {
            text: "Like etcd for other clients: 2 of 2.".to_owned(),
            holds: Some(true),
        },
    ];
    assert!(
        render(&report).starts_with(
            "- ✗ Usable as a Kubernetes backend: no, because RNG-01 failed.\n- ✓ Like etcd for other clients: 2 of 2.\n\n✓ **memory"
        ),
        "{}",
        render(&report)
    );
}

#[test]
fn suites_and_subjects_make_one_table() {
    let text = render(&sample::report());
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
    assert_eq!(rows.len(), 2 + 6, "{text}");
    assert_eq!(
        rows[0],
        "| suite | <code>memory</code> | <code>etcd:3.4.23</code> | <code>tcp://127.0.0.1:1</code> |"
    );
    assert_eq!(
        rows[3],
        "| <code>paging</code> | ✓ 2 passed | ✓ 1 passed, **✗ 1 failed** |  |"
    );
}

#[test]
fn a_failure_is_folded_up_with_all_that_is_needed() {
    let text = render(&only(1));
    let at = text
        .find("<details><summary>✗ <code>watch::progress::never&#95;overtakes</code> · failed")
        .expect("the failure");
    let folded = text[at..].split("</details>").next().unwrap();
    for part in [
        "What watch::progress::never&#95;overtakes says holds. `backend/9/66` `store/6/1`\n",
        "✗ BOOKMARK @4\n",
        "expected  no bookmark at 3",
        "observed  a bookmark at 4",
        "history   o/history/watch.progress.jsonl",
        "```sh\nstoreproof run etcd:3.4.23 --filter watch::progress::never_overtakes --seed 7\n```",
    ] {
        assert!(folded.contains(part), "{part:?} in {folded}");
    }
    assert_eq!(text.matches("<details>").count(), 5 + 1);
    assert_eq!(text.matches("</details>").count(), 5 + 1);
}

/// So many failures, each with a text of that length.
fn failing(count: usize, length: usize) -> Report {
    let cases = (0..count)
        .map(|number| {
            let id = format!("watch::x::case_{number}");
            let mut case = sample::case(&id, OutcomeKind::Failed, &["store/6/1"]);
            case.failure = Some(Failure {
                observed: "x".repeat(length),
                operations: vec!["y".repeat(length); length],
                ..sample::failure()
            });
            case
        })
        .collect();
    sample::report_of(vec![sample::subject("etcd", cases)])
}

#[rstest]
#[case(1, 10)]
#[case(900, 10)]
#[case(3, 100_000)]
fn it_never_gets_too_long(#[case] count: usize, #[case] length: usize) {
    let report = failing(count, length.min(2000));
    let text = render(&report);
    assert!(text.len() <= LIMIT, "{}", text.len());
    let shown = text.matches("<details>").count();
    assert!(shown > 0);
    assert_eq!(text.matches("</details>").count(), shown);
    assert!(text.contains("### What to do next"));
    let rest = count - shown;
    let sentence = format!("{rest} more are left out here");
    assert_eq!(text.contains(&sentence), rest > 1, "{rest} of {count}");
}

/// The text without what stands between runs of backticks of the same length.
fn without_code(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let (before, code) = rest.split_at(start);
        kept.push_str(before);
        let run = code.len() - code.trim_start_matches('`').len();
        let inner = &code[run..];
        let mut at = 0;
        loop {
            let found = inner[at..].find('`').expect("every code is closed") + at;
            let length = inner[found..].len() - inner[found..].trim_start_matches('`').len();
            at = found + length;
            if length == run {
                break;
            }
        }
        rest = &inner[at..];
    }
    kept + rest
}

#[test]
fn nobody_is_called_and_nothing_becomes_a_sign() {
    let mut report = only(1);
    let evil = "@team #1 | *a* <script> ``` `</details>`\n\n# x";
    report.subjects[0].name = evil.to_owned();
    for case in &mut report.subjects[0].cases {
        case.requirement = evil.to_owned();
        case.reason = Some(evil.to_owned());
        if let Some(failure) = &mut case.failure {
            failure.observed = evil.to_owned();
        }
    }
    let text = render(&report);
    // Whatever stands between fences is code, whichever signs are in it.
    let mut outside = String::new();
    let mut fence: Option<String> = None;
    for line in text.lines() {
        let ticks: String = line.chars().take_while(|sign| *sign == '`').collect();
        match &fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => outside.push_str(&format!("{line}\n")),
        }
    }
    assert_eq!(fence, None, "every fence is closed: {text}");
    let outside = without_code(&outside);
    assert!(!outside.contains("<script>"), "{outside}");
    assert!(!outside.contains("\n# x"), "{outside}");
    assert_eq!(outside.matches("<details>").count(), 6, "{outside}");
    let columns = outside.lines().filter(|line| line.starts_with("| "));
    for line in columns {
        assert_eq!(line.matches('|').count(), 3, "{line}");
    }
}
