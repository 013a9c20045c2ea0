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

#[tokio::test]
async fn a_wrong_count_of_what_remains_takes_a_handful_of_operations() {
    // Three keys, so that the second page promises a third, and a write before it.
    shrinks_to(
        6,
        "page_counts_the_latest",
        "all_pages_are_the_list_at_one_version",
    )
    .await;
}

#[tokio::test]
async fn pages_of_another_version_take_a_handful_of_operations() {
    shrinks_to(
        6,
        "page_reads_the_latest_in_disguise",
        "all_pages_are_the_list_at_one_version",
    )
    .await;
}

#[tokio::test]
async fn a_version_that_turns_negative_takes_one_request() {
    shrinks(
        "list_takes_a_huge_version_for_none",
        "every_list_request_agrees_with_the_model",
    )
    .await;
}

#[tokio::test]
async fn a_wrong_replacement_token_takes_a_handful_of_operations() {
    shrinks(
        "page_replacement_starts_over",
        "every_list_request_agrees_after_compaction",
    )
    .await;
}

#[tokio::test]
async fn a_token_that_escapes_is_one_change() {
    shrinks(
        "page_escapes_to_a_sibling",
        "changed_tokens_stay_below_their_list",
    )
    .await;
}

#[tokio::test]
async fn an_increment_lost_to_a_stale_suggestion_takes_few_writers() {
    shrinks(
        "update_loses_an_increment",
        "concurrent_increments_are_all_counted",
    )
    .await;
}

#[tokio::test]
async fn an_increment_lost_to_the_schedule_takes_few_writers() {
    shrinks(
        "update_ignores_a_conflict",
        "concurrent_increments_are_all_counted",
    )
    .await;
}

#[tokio::test]
async fn a_second_winner_takes_a_handful_of_rounds() {
    shrinks(
        "create_has_a_second_winner",
        "creation_races_have_one_winner",
    )
    .await;
}

#[tokio::test]
async fn a_version_used_up_by_a_refusal_takes_one_request() {
    shrinks(
        "update_advances_when_refused",
        "a_refused_request_changes_nothing",
    )
    .await;
}

#[tokio::test]
async fn what_a_failing_transformer_leaves_behind_takes_one_request() {
    shrinks(
        "create_leaves_an_empty_object",
        "a_failing_transformer_or_codec_changes_nothing",
    )
    .await;
}

#[tokio::test]
async fn a_watch_that_begins_late_after_a_compaction_takes_a_handful_of_operations() {
    shrinks(
        "watch_starts_late_after_compaction",
        "lists_and_watches_add_up_after_compaction",
    )
    .await;
}

#[tokio::test]
async fn a_watch_refused_at_the_compacted_version_takes_a_handful_of_operations() {
    shrinks(
        "watch_expires_at_the_compacted_version",
        "lists_and_watches_add_up_after_compaction",
    )
    .await;
}

#[tokio::test]
async fn an_event_of_what_is_unchanged_takes_a_handful_of_operations() {
    shrinks("watch_tells_what_is_unchanged", "lists_and_watches_add_up").await;
}

#[tokio::test]
async fn a_recreation_told_as_a_change_takes_a_handful_of_operations() {
    shrinks(
        "watch_tells_what_is_recreated_as_modified",
        "lists_and_watches_add_up",
    )
    .await;
}

#[tokio::test]
async fn what_a_watch_from_then_skips_takes_a_handful_of_operations() {
    shrinks("watch_skips_what_was_recreated", "lists_and_watches_add_up").await;
}

#[tokio::test]
async fn an_event_told_again_takes_a_handful_of_operations() {
    shrinks("watch_starts_early", "lists_and_watches_add_up").await;
}

#[tokio::test]
async fn an_event_of_another_namespace_takes_a_handful_of_operations() {
    shrinks("watch_meets_longer_names", "lists_and_watches_add_up").await;
}

#[tokio::test]
async fn an_event_out_of_order_takes_a_handful_of_operations() {
    shrinks(
        "watch_swaps_neighbours",
        "a_list_and_a_watch_from_it_add_up",
    )
    .await;
}

#[tokio::test]
async fn what_left_the_selection_takes_one_transition() {
    shrinks("watch_shows_what_left", "follow_label_and_field_together").await;
}

#[tokio::test]
async fn what_entered_the_selection_takes_one_transition() {
    shrinks(
        "watch_tells_what_enters_as_modified",
        "follow_label_and_field_together",
    )
    .await;
}

#[tokio::test]
async fn a_field_forgotten_takes_one_transition() {
    shrinks(
        "watch_judges_the_past_by_labels",
        "follow_label_and_field_together",
    )
    .await;
}

#[tokio::test]
async fn a_deletion_told_again_takes_a_handful_of_operations() {
    shrinks(
        "watch_repeats_a_deletion",
        "a_watch_goes_on_where_it_was_dropped",
    )
    .await;
}

#[tokio::test]
async fn a_bookmark_too_late_takes_a_handful_of_operations() {
    shrinks(
        "watch_marks_the_state_early",
        "a_watch_goes_on_behind_its_bookmark",
    )
    .await;
}

#[tokio::test]
async fn a_second_mark_takes_a_handful_of_operations() {
    shrinks(
        "watch_marks_the_state_again",
        "the_state_and_what_follows_add_up",
    )
    .await;
}

#[tokio::test]
async fn a_change_lost_behind_the_state_takes_a_handful_of_operations() {
    shrinks(
        "watch_loses_the_change_after_the_state",
        "the_state_and_what_follows_add_up",
    )
    .await;
}

/// A transformer is opened, one value is written, and that is all.
#[tokio::test]
async fn a_value_that_does_not_come_back_is_as_short_as_it_can_be() {
    for (mutant, minimal) in [
        ("transformer_loses_trailing_zeros", "the bytes 00"),
        ("transformer_refuses_short_values", "the bytes 00"),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let case = "any_value_comes_back";
        let found = fails(mutant, case, folder.path(), Seed(7), 64).await;
        let told = format!("{} {}", found.operations.join("; "), found.expected);
        assert!(found.operations.len() <= 2, "{mutant}: {told}");
        assert!(told.contains(minimal), "{told}");
        assert!(!told.contains(&format!("{minimal} 00")), "{told}");
    }
}

#[tokio::test]
async fn a_lost_key_takes_a_handful_of_steps() {
    shrinks(
        "transformer_reads_with_the_first_key_alone",
        "any_story_is_read_to_its_end",
    )
    .await;
}

#[tokio::test]
async fn damage_that_nobody_notices_takes_one_value() {
    shrinks("transformer_checks_no_tag", "any_damage_is_noticed").await;
}

#[tokio::test]
async fn an_object_that_does_not_come_back_takes_one() {
    shrinks("codec_loses_annotations", "any_object_comes_back").await;
}

async fn shrinks(mutant: &str, case: &str) {
    shrinks_to(HANDFUL, mutant, case).await;
}

async fn shrinks_to(most: usize, mutant: &str, case: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let found = fails(mutant, case, folder.path(), Seed(7), 64).await;
    let operations = &found.operations;
    assert!(
        (1..=most).contains(&operations.len()),
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
    let all = mutants::all().iter().copied();
    let mutant = all
        .chain(mutants::transformers())
        .chain(mutants::codecs())
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
        .find(|item| item.id().ends_with(&format!("::{case}")))
        .expect("a case of the table")
}
