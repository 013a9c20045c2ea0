//! What a property suite finds is made small, kept, and tried first the next time.

use std::path::Path;

use storeproof_suites::{
    cases,
    fixtures::mutants,
    harness::{Failure, Item, Outcome, Seed, Settings, run_item, teeth},
};

/// A reader wants to see a handful of operations, not a page of them.
const HANDFUL: usize = 4;

#[tokio::test]
async fn an_overwriting_create_takes_two_operations() {
    shrinks("create_overwrites", "objects_agree_with_the_model").await;
}

#[tokio::test]
async fn a_page_that_skips_a_key_takes_a_handful_of_operations() {
    shrinks("page_skips_a_key", "lists_agree_with_the_model").await;
}

#[tokio::test]
async fn a_wrong_deleted_event_takes_a_handful_of_operations() {
    shrinks(
        "watch_deletes_at_the_old_version",
        "watches_agree_with_the_model",
    )
    .await;
}

async fn shrinks(mutant: &str, case: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let found = fails(mutant, case, folder.path(), Seed(7), 64).await;
    let operations = &found.operations;
    assert!(
        (1..=HANDFUL).contains(&operations.len()),
        "{} operations are left: {operations:#?}",
        operations.len()
    );

    // Without a single random sequence, only the one that was kept can fail.
    let again = fails(mutant, case, folder.path(), Seed(8), 0).await;
    assert_eq!(again.operations, found.operations);
    assert_eq!(again.expected, found.expected);
    assert_eq!(again.observed, found.observed);
    let replay = again.replay.expect("where the sequence was kept");
    let folder = folder.path().display().to_string();
    assert!(replay.contains(&folder), "{replay}");
}

async fn fails(mutant: &str, case: &str, folder: &Path, seed: Seed, sequences: u32) -> Failure {
    let mutant = mutants::all()
        .iter()
        .find(|known| known.name == mutant)
        .expect("a mutant of the table");
    let settings = Settings {
        sequences,
        counterexamples: Some(folder.to_owned()),
        ..Settings::with_seed(seed)
    };
    match run_item(item(case), teeth::subject(mutant), settings).await {
        Outcome::Failed(failure) => *failure,
        other => panic!("{} is not caught: {other:?}", mutant.name),
    }
}

fn item(case: &str) -> Item {
    cases::items()
        .find(|item| item.id().ends_with(case))
        .expect("a case of the table")
}
