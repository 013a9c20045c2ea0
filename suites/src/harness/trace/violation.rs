//! What a judge of watches found, drawn.

use std::{collections::BTreeSet, sync::Arc};

use storeproof::storage::ResourceVersion;

use super::super::Failure;
use crate::{
    judge::{
        Version, answered, asked,
        watch::{Beside, Start, Told, WatchHistory, WatchViolation, Watched, wished},
    },
    report::timeline::{self, History, Mark, Operation, Phrase, Step, arrange},
};

/// The promise that is broken by what does not come.
const LOSES_NOTHING: &str = "reliable";

/// The failure of a store whose watch broke a promise, with the few writes and deliveries that show it.
pub fn promise_broken(history: &WatchHistory, violation: &WatchViolation) -> Failure {
    Failure {
        expected: violation.says.to_owned(),
        observed: violation.phrase(history),
        operations: violation.lines(history),
        timeline: Some(Arc::new(arrange(&history_of(history, violation)))),
        ..Failure::default()
    }
}

/// The watch, what shows the mistake, and a mark on it. The whole is too much to look at: thousands of writes, and dozens of
/// watches.
fn history_of(history: &WatchHistory, violation: &WatchViolation) -> History {
    let culprit = violation.delivery.map(|delivery| Beside::Delivery {
        watch: violation.watch,
        delivery,
    });
    let shown: BTreeSet<Beside> = violation.around.iter().copied().chain(culprit).collect();
    let columns: BTreeSet<usize> = shown
        .iter()
        .filter_map(|beside| match beside {
            Beside::Delivery { watch, .. } => Some(*watch),
            Beside::Operation(_) => None,
        })
        .chain([violation.watch])
        .collect();
    let columns: Vec<usize> = columns.into_iter().collect();
    let mut shown: Vec<Beside> = shown.into_iter().collect();
    shown.sort_by_key(|beside| (beside.moment(history), *beside));

    let mut drawn = History::default();
    for place in &columns {
        if let Some(watch) = history.watches.get(*place) {
            open(&mut drawn, *place, watch);
        }
    }
    for beside in shown {
        let Some(step) = step(history, violation, &columns, beside) else {
            continue;
        };
        if Some(beside) == culprit {
            drawn.mark = Some(Mark {
                step: drawn.steps.len(),
                expected: None,
            });
        }
        drawn.steps.push(step);
    }
    drawn
}

fn open(drawn: &mut History, place: usize, watch: &Watched) {
    drawn.watches.push(timeline::Watched {
        store: 0,
        opened: drawn.steps.len(),
        after: match watch.wish.start {
            Start::After(version) => revision(version),
            Start::State { .. } => ResourceVersion::UNSET,
        },
    });
    drawn.steps.push(Step::Operation(Operation {
        request: Phrase {
            before: format!("watch {place}: "),
            name: wished(watch),
            after: String::new(),
        },
        answer: format!("w{}", drawn.watches.len()),
        ..Operation::default()
    }));
}

fn step(
    history: &WatchHistory,
    violation: &WatchViolation,
    columns: &[usize],
    beside: Beside,
) -> Option<Step> {
    match beside {
        Beside::Operation(place) => {
            let operation = history.operations.get(place)?;
            let made = operation.acknowledged();
            let culprit = columns
                .iter()
                .position(|column| *column == violation.watch)?;
            // What never came is to be seen as a gap.
            let is_lost = violation.guarantee == LOSES_NOTHING
                && made.is_some_and(|made| !has_told(history, violation.watch, made));
            Some(Step::Operation(Operation {
                request: Phrase::of(asked(&operation.request)),
                answer: made.map_or_else(|| answered(&operation.answer), |made| format!("@{made}")),
                made: made.map(revision),
                due: if is_lost { vec![culprit] } else { Vec::new() },
                ..Operation::default()
            }))
        }
        Beside::Delivery { watch, delivery } => {
            let column = columns.iter().position(|column| *column == watch)?;
            let found = history.watches.get(watch)?.deliveries.get(delivery)?;
            Some(Step::Told {
                watch: column,
                told: told(&found.told),
            })
        }
    }
}

fn has_told(history: &WatchHistory, watch: usize, version: Version) -> bool {
    let watch = history.watches.get(watch);
    let mut deliveries = watch.into_iter().flat_map(|watch| &watch.deliveries);
    deliveries.any(
        |delivery| matches!(&delivery.told, Told::Change { seen, .. } if seen.version == version),
    )
}

fn told(told: &Told) -> timeline::Told {
    match told {
        Told::Change { kind, key, seen } => timeline::Told::Change {
            kind: kind.name().to_owned(),
            object: key.to_string(),
            revision: (!seen.version.is_unset()).then(|| revision(seen.version)),
        },
        Told::Bookmark {
            version,
            ends_state,
        } => timeline::Told::Bookmark {
            revision: revision(*version),
            ends_state: *ends_state,
        },
        Told::Error {
            code,
            reason,
            message,
        } => timeline::Told::Error(format!("{code} {reason}: {message}")),
    }
}

fn revision(version: Version) -> ResourceVersion {
    ResourceVersion::new(version.get())
}

#[cfg(test)]
mod tests {
    use crate::{
        judge::{
            Answer, Client, Content, History, Moment, Operation, Request, Seen, Version,
            watch::{
                Delivery, Ending, Kind, Scope, Start, Told, WatchHistory, Watched, Wish,
                judge_watches,
            },
        },
        report::{Style, timeline::draw},
    };

    use super::promise_broken;

    /// Creates `ns/a`, `ns/b` and `ns/c` from version 4 on; a watch from 3 on is told this.
    fn history(deliveries: &[Told]) -> WatchHistory {
        let operations = ["ns/a", "ns/b", "ns/c"].into_iter().zip(1_u64..);
        let operations = operations.map(|(key, number)| Operation {
            client: Client(0),
            call: Moment(number * 10),
            end: Some(Moment(number * 10 + 1)),
            request: Request::Create {
                key: key.into(),
                content: Content(number),
            },
            answer: Answer::Wrote {
                version: Version::new(3 + number),
                over: None,
            },
            header: Version::UNSET,
        });
        let deliveries = deliveries.iter().zip(100..);
        WatchHistory {
            operations: History::new(operations.collect()),
            watches: vec![Watched {
                wish: Wish {
                    scope: Scope::Namespace("ns".into()),
                    selection: None,
                    start: Start::After(Version::new(3)),
                    progress: true,
                },
                opened: Moment(1),
                deliveries: deliveries
                    .map(|(told, moment)| Delivery {
                        moment: Moment(moment),
                        told: told.clone(),
                    })
                    .collect(),
                ending: Ending::Left,
                resumes: None,
                due: Some(Version::new(6)),
            }],
        }
    }

    fn added(key: &str, number: u64) -> Told {
        Told::Change {
            kind: Kind::Added,
            key: key.into(),
            seen: Seen {
                version: Version::new(3 + number),
                content: Content(number),
            },
        }
    }

    fn drawn(deliveries: &[Told]) -> String {
        let history = history(deliveries);
        let violation = judge_watches(&history).expect_err("a promise is broken");
        let failure = promise_broken(&history, &violation);
        draw(&failure.timeline.expect("drawn"), &Style::plain()).join("\n")
    }

    #[test]
    fn a_bookmark_that_comes_too_early_is_marked() {
        let bookmark = Told::Bookmark {
            version: Version::new(6),
            ends_state: false,
        };
        let picture = drawn(&[
            added("ns/a", 1),
            added("ns/b", 2),
            bookmark,
            added("ns/c", 3),
        ]);
        assert_eq!(
            picture.lines().skip(2).collect::<Vec<_>>(),
            [
                "                                               ADDED ns/a @4",
                "                                               ADDED ns/b @5",
                "  create ns/c = 3 → @6",
                "                                             ✗ BOOKMARK @6",
                "                                               ADDED ns/c @6",
            ]
        );
    }

    #[test]
    fn a_change_that_never_came_is_a_gap() {
        let picture = drawn(&[added("ns/a", 1), added("ns/c", 3)]);
        assert_eq!(
            picture.lines().collect::<Vec<_>>(),
            [
                "operations                                     w1",
                "  watch 0: ns/ after @3, with progress → w1",
                "                                               ADDED ns/a @4",
                "  create ns/b = 2 → @5                         (missing)",
                "                                             ✗ ADDED ns/c @6",
            ]
        );
    }
}
