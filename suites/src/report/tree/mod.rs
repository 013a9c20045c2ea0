//! The run as a person follows it: a line a suite, what did not pass beneath it, a screen a failure at the end.

mod status;
mod suites;
mod summary;

use std::{
    io::{self, Write},
    time::Duration,
};

use self::{status::Status, suites::Suites};
use super::{
    Begun, Ended, Event, Finished, Sink,
    record::OutcomeKind,
    replay,
    style::Style,
    styled_screen,
    tiers::{Looked, is_whole, looked, verdicts},
};
use crate::harness::Outcome;

/// Shows a run as lines that stay, and on a terminal one more that is redrawn in place.
#[derive(Debug)]
pub struct Tree<W> {
    out: W,
    style: Style,
    begun: Option<Begun>,
    suites: Suites,
    /// `None` where the output is not a terminal.
    status: Option<Status>,
    /// What gets a screen at the end.
    wrong: Vec<Finished>,
    unsupported: summary::Reasons,
    /// What cases of the wire contract said.
    looked: Vec<Looked<'static>>,
}

impl<W: Write + Send> Tree<W> {
    /// Lines to `out`. `live` where that is a terminal, whose last line may be redrawn.
    pub fn new(out: W, style: Style, live: bool) -> Self {
        Self {
            out,
            style,
            begun: None,
            suites: Suites::default(),
            status: live.then(Status::default),
            wrong: Vec::new(),
            unsupported: summary::Reasons::default(),
            looked: Vec::new(),
        }
    }

    fn begin(&mut self, begun: &Begun) -> io::Result<()> {
        self.suites = Suites::of(&begun.plan);
        if let Some(status) = &mut self.status {
            *status = Status::of(begun.plan.items().len());
        }
        writeln!(
            self.out,
            "{} cases, {} at a time · seed {}\n",
            begun.plan.items().len(),
            begun.jobs,
            begun.seed
        )?;
        self.begun = Some(begun.clone());
        Ok(())
    }

    fn finish(&mut self, finished: &Finished) -> io::Result<()> {
        match &finished.outcome {
            Outcome::Passed | Outcome::KnownFailure(_) => {}
            Outcome::NotSupported(reason) => self.unsupported.add(reason),
            _ => self.wrong.push(finished.clone()),
        }
        let capabilities = self.begun.as_ref().map(|begun| begun.capabilities);
        self.looked.extend(looked(
            &finished.item,
            OutcomeKind::from(&finished.outcome),
            capabilities.unwrap_or_default(),
        ));
        let lines = self.suites.finished(finished, &self.style);
        if let Some(status) = &mut self.status {
            status.finished(finished);
        }
        self.print(&lines)
    }

    /// Prints lines that stay, above the status.
    fn print(&mut self, lines: &[String]) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        if let Some(status) = &mut self.status {
            status.erase(&mut self.out)?;
        }
        lines
            .iter()
            .try_for_each(|line| writeln!(self.out, "{line}"))
    }

    fn end(&mut self, ended: &Ended) -> io::Result<()> {
        let rest = self.suites.rest(&self.style);
        self.print(&rest)?;
        if let Some(status) = &mut self.status {
            status.erase(&mut self.out)?;
        }
        let begun = self.begun.as_ref();
        let mut wrong = std::mem::take(&mut self.wrong);
        wrong.sort_by_key(|finished| begun.map(|begun| begun.plan.place(&finished.item)));
        for finished in wrong {
            let command =
                begun.map(|begun| replay(&begun.subject, &finished.item.id(), begun.seed));
            let (item, outcome) = (&finished.item, &finished.outcome);
            let screen = styled_screen(self.style, item, outcome, command.as_deref());
            write!(self.out, "\n{screen}")?;
        }
        writeln!(self.out)?;
        let whole = begun.is_some_and(|begun| is_whole(&begun.selection));
        for line in summary::verdicts(&verdicts(&self.looked, whole), &self.style) {
            writeln!(self.out, "{line}")?;
        }
        let unsupported = std::mem::take(&mut self.unsupported);
        for line in summary::lines(ended, &unsupported, &self.style) {
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }
}

impl<W: Write + Send> Sink for Tree<W> {
    fn show(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Begun(begun) => self.begin(begun)?,
            Event::Started(item) => {
                if let Some(status) = &mut self.status {
                    status.started(item);
                }
            }
            Event::Finished(finished) => self.finish(finished)?,
            Event::Ended(ended) => self.end(ended)?,
        }
        self.out.flush()
    }

    fn tick(&mut self, elapsed: Duration) -> io::Result<()> {
        if let Some(status) = &mut self.status {
            status.draw(&mut self.out, elapsed, &self.style)?;
            self.out.flush()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
