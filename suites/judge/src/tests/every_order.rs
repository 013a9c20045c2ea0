use proptest::{collection::vec, prelude::*};

use super::write::{at, seen};
use crate::{
    Answer, Client, Content, History, Key, Model, Moment, Operation, Register, Request, Ruling,
    judge, search,
};

/// Whether some order explains the history, found by trying every order.
fn some_order_fits(operations: &[Operation], state: Option<crate::Seen>) -> bool {
    if operations.iter().all(|operation| operation.end.is_none()) {
        return true;
    }
    operations.iter().enumerate().any(|(position, next)| {
        let mut rest = operations.to_vec();
        rest.remove(position);
        let comes_first = rest.iter().all(|other| !other.precedes(next));
        comes_first
            && Register
                .step(&state, &next.request, &next.answer)
                .is_some_and(|state| some_order_fits(&rest, state))
    })
}

/// What happens to one key: who is next, and what it does where it is idle.
fn script() -> impl Strategy<Value = Vec<(u32, u8, bool)>> {
    vec((0..3_u32, 0..12_u8, prop::bool::weighted(0.2)), 6..21)
}

struct Running {
    operation: Operation,
    took_effect: bool,
    is_lost: bool,
}

/// Plays a script on a register: operations begin, take effect and end as it says, some without an answer.
fn played(script: &[(u32, u8, bool)]) -> Vec<Operation> {
    let key: Key = "a".into();
    let (mut running, mut ended) = (
        std::collections::BTreeMap::<u32, Running>::new(),
        Vec::new(),
    );
    let (mut state, mut next, mut newest) = (None, 1, 100);
    for (moment, (client, choice, is_lost)) in (1..).zip(script) {
        let Some(mut current) = running.remove(client) else {
            if running.len() + ended.len() == 7 {
                continue;
            }
            next += 1;
            let (content, key) = (Content(next), key.clone());
            let request = match choice {
                0..3 => Request::Create { key, content },
                3..6 => Request::Update {
                    key,
                    content,
                    only_at: None,
                },
                6..8 => Request::Get { key },
                8..10 => Request::Put { key, content },
                _ => Request::Delete { key, only_at: None },
            };
            let operation = Operation {
                client: Client(*client),
                call: Moment(moment),
                end: None,
                request,
                answer: Answer::Unknown,
                header: at(0),
            };
            let is_lost = *is_lost && operation.is_write();
            running.insert(
                *client,
                Running {
                    operation,
                    took_effect: false,
                    is_lost,
                },
            );
            continue;
        };
        if current.took_effect {
            current.operation.end = Some(Moment(moment));
            ended.push(current.operation);
            continue;
        }
        if current.is_lost && choice.is_multiple_of(2) {
            ended.push(current.operation);
            continue;
        }
        let (answer, after) = answer(&current.operation.request, state, 100 + moment);
        if state != after {
            newest = 100 + moment;
        }
        state = after;
        if current.is_lost {
            ended.push(current.operation);
            continue;
        }
        current.operation.answer = answer;
        current.operation.header = at(newest);
        current.took_effect = true;
        running.insert(*client, current);
    }
    // Whoever has no answer yet gets it now.
    for (moment, mut current) in (1000..).zip(running.into_values()) {
        if current.took_effect {
            current.operation.end = Some(Moment(moment));
            ended.push(current.operation);
        } else if current.operation.is_write() {
            ended.push(current.operation);
        }
    }
    ended
}

type State = Option<crate::Seen>;

fn answer(request: &Request, state: State, version: u64) -> (Answer, State) {
    match (request, state) {
        (Request::Create { content, .. }, None) => (
            Answer::Wrote {
                version: at(version),
                over: None,
            },
            Some(seen(content.0, version)),
        ),
        (Request::Create { .. }, _) => (Answer::Exists, state),
        (Request::Put { content, .. }, over) => (
            Answer::Wrote {
                version: at(version),
                over,
            },
            Some(seen(content.0, version)),
        ),
        (Request::Update { content, .. }, Some(over)) => (
            Answer::Wrote {
                version: at(version),
                over: Some(over),
            },
            Some(seen(content.0, version)),
        ),
        (Request::Delete { .. }, Some(over)) => (
            Answer::Deleted {
                version: at(version),
                content: over.content,
            },
            None,
        ),
        (Request::Get { .. }, Some(found)) => (Answer::Found(found), state),
        _ => (Answer::Missing, state),
    }
}

/// Exchanges the answers of two gets, or of two operations of the same kind.
fn spoiled(mut operations: Vec<Operation>, first: usize, second: usize) -> Vec<Operation> {
    let count = operations.len().max(1);
    let (first, second) = (first % count, second % count);
    let kind = |operation: &Operation| std::mem::discriminant(&operation.request);
    if first < second
        && let Some((head, tail)) = operations.split_at_mut_checked(second)
        && let (Some(one), Some(other)) = (head.get_mut(first), tail.first_mut())
        && kind(one) == kind(other)
        && one.end.is_some()
        && other.end.is_some()
    {
        std::mem::swap(&mut one.answer, &mut other.answer);
    }
    operations
}

fn without_versions(operations: &[Operation]) -> Vec<Operation> {
    let forget = |operation: &Operation| {
        let mut operation = operation.clone();
        operation.header = at(0);
        match &mut operation.answer {
            Answer::Wrote { version, over } => {
                *version = at(0);
                if let Some(over) = over {
                    over.version = at(0);
                }
            }
            Answer::Deleted { version, .. } => *version = at(0),
            Answer::Found(seen) => seen.version = at(0),
            _ => {}
        }
        operation
    };
    operations.iter().map(forget).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3000) })]

    #[test]
    fn what_happened_is_accepted(script in script()) {
        let operations = played(&script);
        prop_assert_eq!(judge(&History::new(operations), 100_000), Ruling::Linearizable);
    }

    #[test]
    fn the_search_agrees_with_every_order(script in script(), first in 0..7_usize, second in 0..7_usize) {
        for operations in [spoiled(played(&script), first, second), without_versions(&spoiled(played(&script), first, second))] {
            let ruling = search(&Register, &operations, 100_000);
            let fits = some_order_fits(&operations, None);
            prop_assert_eq!(ruling == Ruling::Linearizable, fits, "{:?}: {:#?}", ruling, operations);
            prop_assert!(fits || matches!(ruling, Ruling::Violated(_)));
        }
    }

    #[test]
    fn the_judge_finds_whatever_every_order_finds(script in script(), first in 0..7_usize, second in 0..7_usize) {
        let operations = spoiled(played(&script), first, second);
        let ruling = judge(&History::new(operations.clone()), 100_000);
        if !some_order_fits(&operations, None) {
            prop_assert!(matches!(ruling, Ruling::Violated(_)), "{:?}: {:#?}", ruling, operations);
        }
        // Contents alone tell less than versions: what they do not forbid, versions may.
        let forgetful = without_versions(&operations);
        let by_content = judge(&History::new(forgetful.clone()), 100_000);
        prop_assert_eq!(by_content == Ruling::Linearizable, some_order_fits(&forgetful, None), "{:?}", by_content);
    }

    #[test]
    fn the_budget_ends_the_search(script in script()) {
        let operations = played(&script);
        let wants_more = operations.iter().any(|operation| operation.end.is_some());
        let ruling = search(&Register, &operations, 0);
        prop_assert_eq!(matches!(ruling, Ruling::Undecided { .. }), wants_more);
    }
}
