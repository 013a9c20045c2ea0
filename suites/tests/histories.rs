//! What a judge finds in a history is told on one screen, and the whole history is kept.

use std::fs;

use storeproof_suites::{
    cases,
    fixtures::mutants,
    harness::{Item, Outcome, Seed, Settings, run_item, teeth},
    report,
};

/// Lines of a terminal.
const SCREEN: usize = 32;

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_update_is_told_on_one_screen() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings = Settings {
        counterexamples: Some(folder.path().to_owned()),
        ..Settings::with_seed(Seed(7))
    };
    let mutant = mutants::all()
        .iter()
        .find(|known| known.name == "update_checks_before_it_writes")
        .expect("a mutant of the table");
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
    let header: serde_json::Value =
        serde_json::from_str(lines.next().expect("a header")).expect("JSON");
    assert_eq!(header["version"], 1);
    assert_eq!(header["operations"], lines.count());
    let replay = failure.replay.expect("where the history was kept");
    assert!(replay.contains(&kept.display().to_string()), "{replay}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bookmark_ahead_of_its_changes_is_told_by_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings = Settings {
        counterexamples: Some(folder.path().to_owned()),
        ..Settings::with_seed(Seed(7))
    };
    let mutant = mutants::all()
        .iter()
        .find(|known| known.name == "watch_tells_progress_too_early")
        .expect("a mutant of the table");
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
    let text = fs::read_to_string(&kept).expect("the whole history");
    let mut lines = text.lines();
    let header: serde_json::Value =
        serde_json::from_str(lines.next().expect("a header")).expect("JSON");
    assert_eq!(header["version"], 1);
    let lines: Vec<serde_json::Value> = lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let of = |field: &str| lines.iter().filter(|line| !line[field].is_null()).count();
    assert_eq!(header["operations"], of("request"));
    assert_eq!(header["watches"], of("wish"));
    assert!(of("told") > 0, "{screen}");
}

fn item(case: &str) -> Item {
    cases::items()
        .find(|item| item.id().ends_with(case))
        .expect("a case of the table")
}
