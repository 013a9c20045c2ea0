use std::collections::{HashMap, HashSet};

use storeproof::storage::ResourceVersion;

use super::{
    Asked, Culprit, Entry, Opened, Recorded, Wrong, Wrote,
    focus::Focus,
    naming::{number_writes, without_common_namespace},
    recorded::FIRST,
};
use crate::report::timeline::{
    Expected, History, Mark, Operation, Phrase, Step, Told, Watched, missing,
};

/// What a failure expects stands in the timeline where it is no longer than this, and begins with a kind of event.
const SHORT: usize = 60;
const KINDS: [&str; 5] = ["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"];

impl Entry {
    /// Whether something was asked of a store.
    pub(super) fn is_request(&self) -> bool {
        matches!(self, Self::Asked { .. } | Self::Opened { .. })
    }

    /// The entry in a few words, unless it says nothing by itself.
    pub(super) fn phrase(&self) -> Option<String> {
        match self {
            Self::Asked { asked, .. } if asked.answer.is_empty() => Some(asked.request.to_string()),
            Self::Asked { asked, .. } => Some(format!("{} → {}", asked.request, asked.answer)),
            Self::Opened { opened, watch, .. } => {
                Some(format!("{} → {}", opened.phrase(), answer(opened, *watch)))
            }
            Self::Told { watch, told } => Some(format!("  w{}: {}", watch + 1, Phrase::from(told))),
            Self::Stopped { .. } | Self::Wrong(_) => None,
        }
    }
}

fn answer(opened: &Opened, watch: Option<usize>) -> String {
    match (&opened.refused, watch) {
        (Some(error), _) => error.clone(),
        (None, watch) => format!("w{}", watch.unwrap_or_default() + 1),
    }
}

impl Recorded {
    /// The history to be drawn for a failure that expected something else.
    pub fn history(&self, expected: &str) -> History {
        let mut drawn = Drawn::default();
        let focus = Focus::of(self.entries(), expected);
        for (number, entry) in self.entries().enumerate() {
            if number == FIRST && self.left_out() > 0 {
                let left_out = format!("… {} entries that nobody kept", self.left_out());
                drawn.operation(0, Phrase::of(left_out), String::new());
            }
            match &focus {
                None => drawn.add(entry, expected),
                Some(focus) => {
                    if let Some(entry) = focus.view(entry) {
                        drawn.add(&entry, expected);
                    }
                }
            }
        }
        if self.numbered {
            number_writes(&mut drawn.history);
        }
        let mut history = drawn.history;
        // A property compares what several watches told at once, and where something is missing, what came last may be
        // right; not so a bookmark, which says that nothing is.
        let last = self.entries().last();
        let is_bookmark = matches!(last, Some(Entry::Told { told, .. }) if is_bookmark(told));
        if history.mark.is_none() && !self.numbered && (is_bookmark || missing(&history).is_empty())
        {
            history.mark = mark_of_last(&history.steps, last, expected);
        }
        without_common_namespace(&mut history);
        history
    }
}

fn is_bookmark(told: &Told) -> bool {
    matches!(told, Told::Bookmark { .. })
}

/// Whatever was checked right after a watch told something was that.
fn mark_of_last(steps: &[Step], last: Option<&Entry>, expected: &str) -> Option<Mark> {
    if !matches!(last, Some(Entry::Told { .. })) {
        return None;
    }
    let of_an_event = KINDS.iter().any(|kind| expected.starts_with(kind));
    let is_short = expected.chars().count() <= SHORT;
    Some(Mark {
        step: steps.len().checked_sub(1)?,
        expected: (of_an_event && is_short).then(|| Expected::Words(expected.to_owned())),
    })
}

/// A history as it is put together.
#[derive(Default)]
struct Drawn {
    history: History,
    running: Vec<Running>,
    /// The latest revision of each store.
    latest: HashMap<usize, ResourceVersion>,
    made: HashSet<(usize, ResourceVersion)>,
    written: Vec<Written>,
    /// The steps at which each watch told something.
    told: HashMap<usize, Vec<usize>>,
}

/// A write, for watches that are started later.
struct Written {
    store: usize,
    wrote: Wrote,
    step: usize,
}

/// A watch while operations follow.
struct Running {
    opened: Opened,
    store: usize,
    /// It has to tell of what is later than this.
    after: ResourceVersion,
    stopped: bool,
}

/// What a watch that begins now has to tell of what was written before.
enum Before<'a> {
    /// All that is later than its start.
    Changes,
    /// The last of each key, unless that is a deletion.
    State(HashMap<&'a str, usize>),
}

impl Drawn {
    fn add(&mut self, entry: &Entry, expected: &str) {
        match entry {
            Entry::Asked { store, asked } => self.asked(*store, asked),
            Entry::Opened {
                store,
                watch,
                opened,
            } => self.opened(*store, *watch, opened),
            Entry::Told { watch, told } => {
                let steps = self.told.entry(*watch).or_default();
                steps.push(self.history.steps.len());
                let mut told = told.clone();
                if let Told::End { stopped } = &mut told {
                    *stopped = self.running.get(*watch).is_some_and(|known| known.stopped);
                }
                let watch = *watch;
                self.history.steps.push(Step::Told { watch, told });
            }
            Entry::Stopped { watch } => {
                if let Some(running) = self.running.get_mut(*watch) {
                    running.stopped = true;
                    let store = running.store;
                    let request = Phrase::of(format!("stop w{}", watch + 1));
                    self.operation(store, request, String::new());
                }
            }
            // A case may go on after a disappointment, and fail for another one.
            Entry::Wrong(wrong) if wrong.expected == expected => self.mark(wrong),
            Entry::Wrong(_) => {}
        }
    }

    fn mark(&mut self, wrong: &Wrong) {
        let told = |watch: &usize| self.told.get(watch);
        let step = match &wrong.culprit {
            Culprit::Last { watch } => told(watch).and_then(|steps| steps.last().copied()),
            Culprit::Delivery { watch, before } => {
                told(watch).and_then(|steps| steps.get(*before).copied())
            }
            Culprit::Answer => {
                let steps = &self.history.steps;
                steps
                    .iter()
                    .rposition(|step| matches!(step, Step::Operation(_)))
            }
        };
        if let Some(step) = step {
            self.history.mark = Some(Mark {
                step,
                expected: Some(wrong.wanted.clone()),
            });
        }
    }

    fn operation(&mut self, store: usize, mut request: Phrase, answer: String) {
        if store > 0 {
            request
                .before
                .insert_str(0, &format!("store {}: ", store + 1));
        }
        self.history.steps.push(Step::Operation(Operation {
            store,
            request,
            answer,
            ..Operation::default()
        }));
    }

    fn asked(&mut self, store: usize, asked: &Asked) {
        let answer = match &asked.wrote {
            Some(wrote) => format!("@{}", wrote.version),
            None => asked.answer.clone(),
        };
        let step = self.history.steps.len();
        self.operation(store, asked.request.clone(), answer);
        // An update that changes nothing answers with the version that was there before.
        let wrote = asked.wrote.as_ref();
        let Some(wrote) = wrote.filter(|wrote| self.made.insert((store, wrote.version))) else {
            return;
        };
        let latest = self.latest.entry(store).or_default();
        *latest = wrote.version.max(*latest);
        let written = Written {
            store,
            wrote: wrote.clone(),
            step,
        };
        if let Some(Step::Operation(operation)) = self.history.steps.get_mut(step) {
            let running = self.running.iter().enumerate();
            let due = running.filter(|(_, watch)| {
                watch.sees(&written) && !watch.stopped && written.wrote.version > watch.after
            });
            operation.due = due.map(|(number, _)| number).collect();
            operation.made = Some(wrote.version);
        }
        self.written.push(written);
    }

    fn opened(&mut self, store: usize, watch: Option<usize>, opened: &Opened) {
        let latest = self.latest.get(&store).copied().unwrap_or_default();
        let after = match opened.from.parse() {
            Ok(ResourceVersion::UNSET) | Err(_) => latest,
            Ok(_) if opened.state => latest,
            Ok(from) => from,
        };
        if let Some(number) = watch {
            self.history.watches.push(Watched {
                store,
                opened: self.history.steps.len(),
                after,
            });
            let running = Running {
                opened: opened.clone(),
                store,
                after,
                stopped: false,
            };
            self.owe(number, &running);
            self.running.push(running);
        }
        self.operation(store, opened.phrase(), answer(opened, watch));
    }

    /// A watch that begins with the state, or in the past, has to tell of what was written before.
    fn owe(&mut self, number: usize, running: &Running) {
        let seen = self.written.iter().filter(|known| running.sees(known));
        let before = if running.opened.state {
            let last = seen.clone().map(|known| (&*known.wrote.key, known.step));
            Before::State(last.collect())
        } else {
            Before::Changes
        };
        let due = seen.filter(|known| match &before {
            Before::Changes => known.wrote.version > running.after,
            Before::State(last) => {
                !known.wrote.deleted && last.get(&*known.wrote.key) == Some(&known.step)
            }
        });
        let due: Vec<usize> = due.map(|known| known.step).collect();
        for step in due {
            if let Some(Step::Operation(operation)) = self.history.steps.get_mut(step) {
                operation.due.push(number);
            }
        }
    }
}

impl Running {
    /// Whether it has to do with a write. What a selection holds would take the objects to know.
    fn sees(&self, written: &Written) -> bool {
        self.store == written.store
            && self.opened.selection.is_empty()
            && self.opened.holds(&written.wrote.key)
    }
}
