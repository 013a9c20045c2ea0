//! The command as scripts use it: what it prints where, what it writes, and how it ends.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod bed;
mod comparing;
mod known;
mod listing;
mod running;

use bed::{out, storeproof};

#[test]
fn the_failures_of_a_broken_store_can_be_read() {
    let case = "watch::delivery::keeps_the_order_across_keys";
    let mutant = ["--mutant", "watch_drops_some", "--filter", case];
    let output = storeproof(&[&["teeth"], &mutant[..], &["--screens"]].concat());
    let text = out(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    for part in ["watch_drops_some", case, "operations ", "✗ ", "expected "] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let sound = ["--mutant", "page_skips_a_key", "--filter", case];
    let output = storeproof(&[&["teeth"], &sound[..], &["--screens"]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("survives"), "{}", out(&output));
}
