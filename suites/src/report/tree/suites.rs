use crate::{
    harness::{Counts, Item, Outcome, Plan},
    report::{
        Finished,
        style::{Style, shortened, wrapped},
        tally::tally,
    },
};

/// Suites in the order of the table, each printed once all before it are.
#[derive(Debug, Default)]
pub(super) struct Suites {
    all: Vec<Suite>,
    printed: usize,
}

#[derive(Debug)]
struct Suite {
    name: &'static str,
    /// Its items, in the order of the table.
    items: Vec<Item>,
    waiting: usize,
    counts: Counts,
    /// What ran and did not pass.
    notable: Vec<Finished>,
}

impl Suites {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut all: Vec<Suite> = Vec::new();
        for planned in plan.items() {
            let name = planned.item.case.suite();
            match all.iter_mut().find(|suite| suite.name == name) {
                Some(suite) => {
                    suite.items.push(planned.item);
                    suite.waiting += 1;
                }
                None => all.push(Suite {
                    name,
                    items: vec![planned.item],
                    waiting: 1,
                    counts: Counts::default(),
                    notable: Vec::new(),
                }),
            }
        }
        Self { all, printed: 0 }
    }

    /// Takes note, and returns the lines that can be printed now.
    pub(super) fn finished(&mut self, finished: &Finished, style: &Style) -> Vec<String> {
        let name = finished.item.case.suite();
        if let Some(suite) = self.all.iter_mut().find(|suite| suite.name == name) {
            suite.waiting = suite.waiting.saturating_sub(1);
            suite.counts.add(&finished.outcome);
            if !matches!(finished.outcome, Outcome::Passed | Outcome::NotSupported(_)) {
                suite.notable.push(finished.clone());
            }
        }
        let complete = self.all.iter().skip(self.printed);
        let complete = complete.take_while(|suite| suite.waiting == 0).count();
        self.take(complete, style)
    }

    /// The lines of what was not printed, complete or not.
    pub(super) fn rest(&mut self, style: &Style) -> Vec<String> {
        self.take(self.all.len() - self.printed, style)
    }

    fn take(&mut self, count: usize, style: &Style) -> Vec<String> {
        let widest = self.all.iter().map(|suite| suite.name.len()).max();
        let widest = widest.unwrap_or_default();
        let taken = self.all.iter().skip(self.printed).take(count);
        let lines = taken.flat_map(|suite| suite.lines(widest, style)).collect();
        self.printed += count;
        lines
    }
}

impl Suite {
    fn notable(&self, item: &Item) -> Option<&Finished> {
        let id = item.id();
        self.notable
            .iter()
            .find(|finished| finished.item.id() == id)
    }

    fn lines(&self, widest: usize, style: &Style) -> Vec<String> {
        let name = format!("{:<widest$}", self.name);
        let mut lines = vec![format!(
            "{}  {}",
            style.strong(&name),
            tally(&self.counts, style)
        )];
        let items = self.items.iter();
        for finished in items.filter_map(|item| self.notable(item)) {
            let (mark, paint): (_, fn(&Style, &str) -> String) = match finished.outcome {
                Outcome::KnownFailure(_) | Outcome::Inconclusive(_) => ("?", Style::doubtful),
                _ => ("✗", Style::bad),
            };
            let outcome = finished.outcome.name().replace('_', " ");
            let text = format!("{mark} {} · {outcome}", finished.item.id());
            lines.push(format!(
                "  {}",
                paint(style, &shortened(&text, style.width() - 2))
            ));
            if let Outcome::KnownFailure(reason) = &finished.outcome {
                let reason = wrapped(reason, style.width() - 4);
                lines.extend(reason.iter().map(|line| format!("    {line}")));
            }
        }
        if self.waiting > 0 {
            lines.push(format!("  {} did not end", self.waiting));
        }
        lines
    }
}
