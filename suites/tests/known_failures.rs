//! What becomes of a case that is known to fail.

use std::sync::Arc;

use storeproof_suites::{
    KnownFailures, cases,
    fixtures::mutants,
    harness::{Counts, Exit, Item, Outcome, Seed, Settings, Subject, erase, run_item, teeth},
    subject::Memory,
};

const CASE: &str = "crud::create::refuses_a_key_that_exists";

fn item() -> Item {
    let mut items = cases::items();
    items.find(|item| item.id() == CASE).expect("the case")
}

/// The outcome of the case where this one is known to fail.
async fn outcome(subject: Arc<dyn Subject>, known: &str) -> Outcome {
    let text = format!(
        "[[failure]]\ncase = \"{known}\"\nreason = \"it overwrites\"\nsince = \"2026-11-25\""
    );
    let mut settings = Settings::with_seed(Seed(7));
    let known = KnownFailures::parse("known-failures.toml", &text).expect("a good list");
    settings.known_failures = Arc::new(known);
    run_item(item(), subject, settings).await
}

fn broken() -> Arc<dyn Subject> {
    let mutant = mutants::all()
        .iter()
        .find(|mutant| mutant.name == "create_overwrites");
    teeth::subject(mutant.expect("the broken store"))
}

fn exit_of(outcome: &Outcome) -> Exit {
    let mut counts = Counts::default();
    counts.add(outcome);
    Exit::of(&counts)
}

#[tokio::test]
async fn it_fails_and_the_store_conforms() {
    let outcome = outcome(broken(), CASE).await;
    let Outcome::KnownFailure(reason) = &outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(reason, "it overwrites (known since 2026-11-25)");
    assert_eq!(exit_of(&outcome), Exit::Conforms);
}

#[tokio::test]
async fn it_passes_and_the_run_fails() {
    let outcome = outcome(erase(Memory::new()), CASE).await;
    let Outcome::UnexpectedPass(reason) = &outcome else {
        panic!("{outcome:?}");
    };
    assert!(reason.contains("Take it off the list"), "{reason}");
    assert_eq!(exit_of(&outcome), Exit::Failed);
}

#[tokio::test]
async fn another_case_is_no_excuse() {
    let outcome = outcome(broken(), "crud::create::returns_the_stored_object").await;
    assert!(matches!(outcome, Outcome::Failed(_)), "{outcome:?}");
}
