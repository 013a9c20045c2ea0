use super::{Bytes, History, ResourceVersion, SLACK, Unreadable};

fn version(number: u64) -> ResourceVersion {
    ResourceVersion::new(number)
}

fn put(history: &mut History, key: &str, value: &'static str) {
    history.write(key, Some(Bytes::from_static(value.as_bytes())));
}

/// What is read at every revision, where it can be read.
fn read(history: &History, key: &str) -> Vec<Result<Option<Bytes>, Unreadable>> {
    (1..=history.revision().get())
        .map(|at| {
            let snapshot = history.get(key, Some(version(at)))?;
            assert_eq!(snapshot.revision, version(at));
            Ok(snapshot.into_single().map(|found| found.value))
        })
        .collect()
}

#[test]
fn every_revision_is_kept_until_it_is_compacted() {
    let mut history = History::new();
    put(&mut history, "a", "1");
    put(&mut history, "a", "2");
    put(&mut history, "b", "1");
    history.write("a", None);
    put(&mut history, "a", "3");
    let some = |text: &'static str| Ok(Some(Bytes::from_static(text.as_bytes())));
    let all = [
        Ok(None),
        some("1"),
        some("2"),
        some("2"),
        Ok(None),
        some("3"),
    ];
    assert_eq!(read(&history, "a"), all);
    for at in 1..=6 {
        history.compact(version(at)).expect("the past");
        let mut expected = all.to_vec();
        let gone = usize::try_from(at).expect("small") - 1;
        for lost in expected.iter_mut().take(gone) {
            *lost = Err(Unreadable::Compacted);
        }
        assert_eq!(read(&history, "a"), expected);
    }
    let future = Unreadable::Future {
        current: version(6),
    };
    assert_eq!(history.get("a", Some(version(7))), Err(future));
    assert_eq!(history.compact(version(7)), Err(future));
}

#[test]
fn compaction_forgets_what_nobody_can_read() {
    let mut history = History::new();
    for _ in 0..SLACK {
        put(&mut history, "a", "x");
        history.write("a", None);
    }
    put(&mut history, "b", "x");
    history.compact(history.revision()).expect("the latest");
    assert_eq!(history.keys.len(), 1);
    assert_eq!(history.changes.len() as u64, SLACK + 1);
}

#[test]
fn ranges_are_ordered_limited_and_counted() {
    let mut history = History::new();
    for key in ["p/c", "p/a", "pp", "o", "p/b", "p0", "p/"] {
        put(&mut history, key, "x");
    }
    let keys = |start: &str, at, limit| {
        let snapshot = history.range("p/", start, at, limit).expect("readable");
        let keys: Vec<String> = snapshot
            .entries
            .iter()
            .map(|entry| entry.key.to_string())
            .collect();
        (keys.join(" "), snapshot.count)
    };
    assert_eq!(keys("p/", None, 9), ("p/ p/a p/b p/c".to_owned(), 4));
    assert_eq!(keys("p/a\0", None, 1), ("p/b".to_owned(), 2));
    assert_eq!(keys("p/", Some(version(4)), 9), ("p/a p/c".to_owned(), 2));
    assert_eq!(keys("p/", None, 0), (String::new(), 4));
    assert_eq!(keys("p0", None, 9), (String::new(), 0));
}

#[test]
fn changes_are_told_from_any_place_that_is_kept() {
    let mut history = History::new();
    for _ in 0..SLACK + 9 {
        put(&mut history, "a", "x");
    }
    let first = |history: &History, after| {
        let changes = history.changes_after(version(after), 2)?;
        changes.first().map(|change| change.revision.get())
    };
    assert_eq!(first(&history, 1), Some(2));
    assert_eq!(
        history.changes_after(history.revision(), 2),
        Some(Vec::new())
    );
    history.compact(version(SLACK + 5)).expect("the past");
    assert_eq!(first(&history, 3), None);
    assert_eq!(first(&history, 4), Some(5));
    let change = history
        .changes_after(version(4), 1)
        .expect("kept")
        .remove(0);
    assert!(change.previous.is_some() && change.value.is_some());
}

#[test]
fn what_is_written_together_has_one_revision_and_is_taken_together() {
    let mut history = History::new();
    let value = || Bytes::from_static(b"1");
    let together = ["b", "a", "c"].map(|key| (key.to_owned(), value()));
    let first = history.write_all(together.clone());
    assert_eq!(first, version(2));
    assert_eq!(history.write_all([]), first, "nothing takes no revision");
    put(&mut history, "d", "1");
    for limit in 1..=3 {
        let taken = history.changes_after(version(1), limit);
        let taken = taken.expect("nothing is compacted");
        let keys: Vec<&str> = taken.iter().map(|change| &*change.key).collect();
        assert_eq!(
            keys,
            ["b", "a", "c"],
            "in the order given, {limit} at a time"
        );
        assert!(taken.iter().all(|change| change.revision == first));
    }
    let again = history.write_all(together);
    let rest = history.changes_after(first, 2).expect("not compacted");
    assert_eq!(rest.len(), 4);
    assert_eq!(rest.last().map(|change| change.revision), Some(again));
    assert!(rest.last().is_some_and(|change| change.previous.is_some()));
}
