use super::*;
use crate::harness::{Case, Item, Run};

static CASE: Case = Case::new(
    "storeproof::cases::crud::create",
    "refuses_a_key_that_exists",
    "Creating an object at a key that exists is refused and changes nothing.",
    "store/5.3.3 store/6/2",
    Run::Once(|_| Box::pin(async { Ok(()) })),
);

fn item() -> Item {
    Item {
        case: &CASE,
        row: None,
    }
}

fn failed(operations: usize) -> Outcome {
    Outcome::Failed(Box::new(Failure {
        expected: "the operation fails: key exists".to_owned(),
        observed: "it succeeds: Pod { metadata: ObjectMeta { name: Some(\"foo\"), labels: None }, spec: None }"
            .to_owned(),
        operations: (1..=operations)
            .map(|number| format!("create /pods/test-ns/foo → foo @{number}"))
            .collect(),
        ..Failure::default()
    }))
}

#[test]
fn a_failure_reads_from_the_requirement_to_the_command() {
    let style = Style::plain().columns(60);
    let replay = "storeproof run memory --seed 7";
    let screen = styled_screen(style, &item(), &failed(2), Some(replay));
    assert_eq!(
        screen,
        "\
crud::create::refuses_a_key_that_exists · failed
  requirement  Creating an object at a key that exists is
               refused and changes nothing. [store/5.3.3
               store/6/2]
  operations    1. create /pods/test-ns/foo → foo @1
                2. create /pods/test-ns/foo → foo @2
  expected     the operation fails: key exists
  observed     it succeeds: Pod { metadata: ObjectMeta {
               name: Some(\"foo\") } }
  replay       storeproof run memory --seed 7
"
    );
}

#[test]
fn the_last_operations_are_shown_and_the_others_counted() {
    let screen = screen(&item(), &failed(20));
    assert!(screen.contains("operations   … 4 before\n"), "{screen}");
    assert!(!screen.contains(" 4. create"), "{screen}");
    assert!(screen.contains(" 5. create"), "{screen}");
    assert!(screen.contains("20. create"), "{screen}");
}

#[test]
fn few_operations_are_shown_at_length() {
    let style = Style::plain().columns(50);
    let mut outcome = failed(1);
    if let Outcome::Failed(failure) = &mut outcome {
        failure.operations = vec!["word ".repeat(40)];
    }
    let screen = styled_screen(style, &item(), &outcome, None);
    let line = " word".repeat(6);
    let shown = format!("  operations    1.{line}\n                  {line}\n");
    assert!(screen.contains(&shown), "{screen}");
    assert!(screen.contains("word…\n  expected"), "{screen}");
}

#[test]
fn a_command_that_is_too_long_stays_whole() {
    let replay = format!("storeproof run {}", "x".repeat(80));
    let screen = styled_screen(Style::plain(), &item(), &failed(1), Some(&replay));
    assert!(
        screen.ends_with(&format!("  replay\n    {replay}\n")),
        "{screen}"
    );
}

#[test]
fn no_other_line_is_wider_than_asked() {
    let style = Style::plain().columns(50);
    let mut outcome = failed(20);
    if let Outcome::Failed(failure) = &mut outcome {
        failure.observed = "x".repeat(2000);
        failure.operations.push("y".repeat(200));
    }
    for line in styled_screen(style, &item(), &outcome, None).lines() {
        assert!(line.chars().count() <= 50, "{line}");
    }
}

#[test]
fn what_broke_shows_its_reason() {
    let screen = screen(&item(), &Outcome::Broken("The server went away".to_owned()));
    assert!(screen.starts_with("crud::create::refuses_a_key_that_exists · broken\n"));
    assert!(screen.ends_with("  reason       The server went away\n"));
}
