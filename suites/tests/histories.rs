//! What is wrong with a history is told on one screen, and the whole history is kept.

use std::fs;

use serde_json::Value;
use storeproof_suites::{
    cases,
    fixtures::mutants::{self, Mutant},
    harness::{Failure, Item, Outcome, Seed, Settings, run_item, teeth},
    report::{self, Style, timeline::draw},
};

/// Lines of a terminal.
const SCREEN: usize = 32;

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_update_is_told_on_one_screen() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings = Settings {
        histories: Some(folder.path().to_owned()),
        ..Settings::with_seed(Seed(7))
    };
    let mutant = mutant("update_checks_before_it_writes");
    let item = item("update::none_is_lost");
    let outcome = run_item(item, teeth::subject(mutant), settings).await;
    let screen = report::screen(&item, &outcome);
    let Outcome::Failed(failure) = outcome else {
        panic!("{} is not caught: {outcome:?}", mutant.name);
    };
    assert!(screen.lines().count() <= SCREEN, "{screen}");
    let last = failure.operations.last().expect("operations");
    assert!(last.starts_with("✗ "), "{screen}");

    let kept = folder.path().join("linearizable.update.history.jsonl");
    let text = fs::read_to_string(&kept).expect("the whole history");
    let mut lines = text.lines();
    let header: Value = serde_json::from_str(lines.next().expect("a header")).expect("JSON");
    assert_eq!(header["version"], 1);
    assert_eq!(header["operations"], lines.count());
    assert_eq!(failure.history, Some(kept.display().to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bookmark_ahead_of_its_changes_is_told_by_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings = Settings {
        histories: Some(folder.path().to_owned()),
        ..Settings::with_seed(Seed(7))
    };
    let mutant = mutant("watch_tells_progress_too_early");
    let item = item("watch::keeps_bookmarks_behind_changes");
    let outcome = run_item(item, teeth::subject(mutant), settings).await;
    let screen = report::screen(&item, &outcome);
    let Outcome::Failed(failure) = outcome else {
        panic!("{} is not caught: {outcome:?}", mutant.name);
    };
    assert!(screen.lines().count() <= SCREEN, "{screen}");
    assert!(failure.expected.starts_with("A bookmark comes"), "{screen}");
    let marked = failure
        .operations
        .iter()
        .find(|line| line.starts_with("✗ "));
    let marked = marked.expect("the bookmark among what is around it");
    assert!(marked.contains("BOOKMARK @"), "{screen}");

    let kept = folder.path().join("stress.progress.watches.jsonl");
    assert_eq!(failure.history, Some(kept.display().to_string()));
    let text = fs::read_to_string(&kept).expect("the whole history");
    let mut lines = text.lines();
    let header: Value = serde_json::from_str(lines.next().expect("a header")).expect("JSON");
    assert_eq!(header["version"], 1);
    let lines: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let of = |field: &str| lines.iter().filter(|line| !line[field].is_null()).count();
    assert_eq!(header["operations"], of("request"));
    assert_eq!(header["watches"], of("wish"));
    assert!(of("told") > 0, "{screen}");
}

#[tokio::test]
async fn what_a_watch_left_out_is_told_on_one_screen() {
    let (screen, failure, kept) = fails(
        "watch_drops_some",
        "watch::delivery::keeps_the_order_across_keys",
    )
    .await;
    assert!(screen.lines().count() <= SCREEN, "{screen}");
    assert!(screen.contains("(missing)"), "{screen}");
    assert!(screen.contains("✗ "), "{screen}");
    assert!(!failure.operations.is_empty());

    let mut lines = kept.lines();
    let header: Value = serde_json::from_str(lines.next().expect("a header")).expect("JSON");
    assert_eq!(header["version"], 1);
    assert_eq!(
        header["case"],
        "watch::delivery::keeps_the_order_across_keys"
    );
    assert_eq!(header["seed"], 7);
    assert_eq!(header["left_out"], 0);
    let lines: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(header["entries"], lines.len());
    let of = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).count();
    // What was read before, the version to start from and thirty writes and two deletions.
    assert_eq!(of("operation"), 33, "{kept}");
    assert_eq!(of("watch"), 1, "{kept}");
    assert!(of("change") > 0, "{kept}");
    assert_eq!(lines.last().expect("a line")["kind"], "wrong");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_property_finds_is_marked_on_one_screen() {
    for (name, case) in [
        (
            "watch_judges_the_past_by_labels",
            "transitions::follow_label_and_field_together",
        ),
        (
            "watch_repeats_a_deletion",
            "every_version::lists_and_watches_add_up",
        ),
        (
            "watch_starts_late",
            "resuming::a_watch_goes_on_where_it_was_dropped",
        ),
        (
            "watch_marks_the_state_again",
            "state::the_state_and_what_follows_add_up",
        ),
        (
            "watch_judges_the_past_by_labels",
            "resuming::a_list_and_a_watch_from_it_add_up",
        ),
    ] {
        let (screen, failure, kept) = fails(name, &format!("property::following::{case}")).await;
        let timeline = failure.timeline.expect("a picture");
        let picture = draw(&timeline, &Style::plain());
        assert!(picture.len() <= SCREEN, "{screen}");
        assert!(picture.iter().any(|line| line.contains('✗')), "{screen}");
        assert!(
            picture.iter().any(|line| line.contains("expected ")),
            "{screen}"
        );
        assert!(timeline.watches <= 3, "{screen}");
        assert!(
            kept.lines().any(|line| line.contains("\"kind\":\"wrong\"")),
            "{kept}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_store_and_the_model_part_is_marked() {
    for (name, case) in [
        (
            "watch_shows_the_deleted_as_they_came",
            "watches_agree_with_the_model",
        ),
        ("watch_starts_late", "watches_agree_with_the_model"),
    ] {
        let (screen, failure, _) = fails(name, &format!("property::sequences::{case}")).await;
        let picture = draw(&failure.timeline.expect("a picture"), &Style::plain());
        let marked = picture.iter().position(|line| line.contains("✗ "));
        let marked = marked.expect("a mark");
        assert!(picture[marked + 1].contains("expected "), "{screen}");
    }
}

#[tokio::test]
async fn a_case_without_a_watch_keeps_its_history_too() {
    let case = "crud::create::refuses_a_key_that_exists";
    let (screen, failure, kept) = fails("create_overwrites", case).await;
    assert_eq!(failure.timeline, None);
    assert!(screen.contains("operations    1. create"), "{screen}");
    assert_eq!(kept.lines().count(), failure.operations.len() + 1, "{kept}");
}

/// The screen, the failure, and the file it names.
async fn fails(name: &str, case: &str) -> (String, Failure, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings = Settings {
        histories: Some(folder.path().join("history")),
        ..Settings::with_seed(Seed(7))
    };
    let item = item(case);
    let outcome = run_item(item, teeth::subject(mutant(name)), settings).await;
    let screen = report::screen(&item, &outcome);
    let Outcome::Failed(failure) = outcome else {
        panic!("{name} is not caught: {outcome:?}");
    };
    let path = failure.history.as_deref().expect("where it was kept");
    assert!(screen.contains(path), "{screen}");
    let kept = fs::read_to_string(path).expect("the whole history");
    (screen, *failure, kept)
}

fn mutant(name: &str) -> &'static Mutant {
    mutants::all()
        .iter()
        .find(|known| known.name == name)
        .expect("a mutant of the table")
}

fn item(case: &str) -> Item {
    cases::items()
        .find(|item| item.id().ends_with(case))
        .expect("a case of the table")
}
