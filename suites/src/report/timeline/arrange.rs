use storeproof::storage::ResourceVersion;

use super::{
    Cell, History, Phrase, Row, Step, Timeline, Told, Tone, Watched,
    progress::Progress,
    slots::{Place, Slots},
};

/// Decides what stands beside what.
///
/// Operations keep their order, and so does each watch. A change stands beside the operation that made its revision,
/// where the watch has not told of something later before. Whatever else a watch tells gets a row of its own: a bookmark
/// below the last operation that it covers, an error, the end and a silence below what was asked before.
pub fn arrange(history: &History) -> Timeline {
    let mut slots = Slots::of(history);
    let mut last: Vec<Place> = vec![(0, 0); history.watches.len()];
    let mut asked = 0;
    for (number, step) in history.steps.iter().enumerate() {
        let Step::Told { watch, told } = step else {
            asked += 1;
            continue;
        };
        let marked = history
            .mark
            .as_ref()
            .is_some_and(|mark| mark.step == number);
        let (Some(last), Some(watched)) = (last.get_mut(*watch), history.watches.get(*watch))
        else {
            continue;
        };
        let cell = Cell {
            watch: *watch,
            phrase: Phrase::from(told),
            tone: if marked { Tone::Wrong } else { Tone::Told },
        };
        *last = match beside(&slots, history, *watch, told, marked, *last) {
            Some(slot) => slots.beside(slot, cell),
            None => {
                let slot = below(&slots, history, watched, told, asked);
                slots.below(slot, *last, cell)
            }
        };
    }
    gaps(&mut slots, history);
    let mut rows = counted(slots.into_rows());
    explain(&mut rows, history);
    Timeline {
        watches: history.watches.len(),
        rows,
    }
}

/// The slot beside whose operation something stands: the one that made its revision, if the watch has come no further. A
/// mistake that has no such place stands where something else was expected.
fn beside(
    slots: &Slots<'_>,
    history: &History,
    watch: usize,
    told: &Told,
    marked: bool,
    last: Place,
) -> Option<usize> {
    let watched = history.watches.get(watch)?;
    let Told::Change { revision, .. } = told else {
        return None;
    };
    let expected = history.mark.as_ref().filter(|_| marked);
    let expected = expected.and_then(|mark| mark.expected.as_ref()?.revision());
    // Where that came later, it stands there itself.
    let expected = expected.filter(|revision| !is_told(history, watch, *revision));
    let mut revisions = revision.iter().copied().chain(expected);
    revisions.find_map(|revision| {
        let slot = slots.made(watched.store, revision)?;
        (revision > watched.after && (slot, 0) > last).then_some(slot)
    })
}

/// Whether a watch tells of a revision.
fn is_told(history: &History, watch: usize, wanted: ResourceVersion) -> bool {
    history.steps.iter().any(|step| match step {
        Step::Told {
            watch: teller,
            told: Told::Change { revision, .. },
        } => *teller == watch && *revision == Some(wanted),
        _ => false,
    })
}

/// The slot below whose operation something gets a row of its own.
fn below(
    slots: &Slots<'_>,
    history: &History,
    watched: &Watched,
    told: &Told,
    asked: usize,
) -> usize {
    let reached = match told {
        Told::Change {
            revision: Some(revision),
            ..
        }
        | Told::Bookmark { revision, .. } => slots.reached(watched.store, *revision, asked),
        _ => asked,
    };
    reached.max(opening(history, watched))
}

/// The slot of the step that opened a watch.
fn opening(history: &History, watched: &Watched) -> usize {
    let until = history.steps.iter().take(watched.opened + 1);
    until
        .filter(|step| matches!(step, Step::Operation(_)))
        .count()
}

/// Draws a gap where a watch that had to tell of an operation did not, and went on.
fn gaps(slots: &mut Slots<'_>, history: &History) {
    for (slot, watch) in missing(history) {
        let cell = Cell {
            watch,
            phrase: Phrase::of("(missing)"),
            tone: Tone::Missing,
        };
        slots.beside(slot, cell);
    }
}

/// Where which watch left out what it had to tell of: the number of the operation, counted from 1, and the watch.
pub(crate) fn missing(history: &History) -> Vec<(usize, usize)> {
    let progress = Progress::of(history);
    let steps = history.steps.iter();
    let operations = steps.filter_map(|step| match step {
        Step::Operation(operation) => Some(operation),
        Step::Told { .. } => None,
    });
    let mut missing = Vec::new();
    for (operation, slot) in operations.zip(1..) {
        let Some(made) = operation.made else { continue };
        let due = operation.due.iter().copied();
        let passed = |watch: &usize| {
            let progress = progress.get(*watch);
            progress.is_some_and(|progress| progress.passed_over(made, slot))
        };
        missing.extend(due.filter(passed).map(|watch| (slot, watch)));
    }
    missing
}

/// Rows that only repeat the operation before them are counted there.
fn counted(rows: impl Iterator<Item = Row>) -> Vec<Row> {
    let mut counted: Vec<(Row, usize)> = Vec::new();
    for row in rows {
        match counted.last_mut() {
            Some((last, times)) if row.cells.is_empty() && *last == row => *times += 1,
            _ => counted.push((row, 1)),
        }
    }
    let rows = counted.into_iter().map(|(mut row, times)| {
        if let Some(operation) = row.operation.as_mut().filter(|_| times > 1) {
            operation.after.push_str(&format!(", {times} times"));
        }
        row
    });
    rows.collect()
}

/// A row with what was expected of a watch, or of the operation above.
fn expectation(watch: Option<usize>, phrase: Phrase) -> Row {
    let tone = Tone::Expected;
    match watch {
        Some(watch) => Row {
            cells: vec![Cell {
                watch,
                phrase,
                tone,
            }],
            ..Row::default()
        },
        None => Row {
            operation: Some(phrase),
            tone,
            ..Row::default()
        },
    }
}

/// Says below the mistake what should have stood there.
fn explain(rows: &mut Vec<Row>, history: &History) {
    let wrong = rows.iter().enumerate().find_map(|(number, row)| {
        let cell = row.cells.iter().find(|cell| cell.tone == Tone::Wrong);
        let watch = cell.map(|cell| cell.watch);
        (row.tone == Tone::Wrong || watch.is_some()).then_some((number, watch))
    });
    let expected = history
        .mark
        .as_ref()
        .and_then(|mark| mark.expected.as_ref());
    if let (Some((number, watch)), Some(expected)) = (wrong, expected) {
        let mut phrase = Phrase::from(expected);
        phrase.before.insert_str(0, "expected ");
        rows.insert(number + 1, expectation(watch, phrase));
    }
}
