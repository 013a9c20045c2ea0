use std::{
    io::{self, Write},
    time::Duration,
};

use crate::{
    harness::{Counts, Item},
    report::{
        Finished,
        style::{Style, shortened},
    },
};

/// Back to the beginning of the line, and clear it.
const ERASE: &str = "\r\x1b[2K";

/// The one line that is redrawn: how far, how well, how long, and what is running.
#[derive(Debug, Default)]
pub(super) struct Status {
    total: usize,
    done: usize,
    counts: Counts,
    /// The ids of what is running, longest first.
    running: Vec<String>,
    drawn: bool,
}

impl Status {
    pub(super) fn of(total: usize) -> Self {
        Self {
            total,
            ..Self::default()
        }
    }

    pub(super) fn started(&mut self, item: &Item) {
        self.running.push(item.id());
    }

    pub(super) fn finished(&mut self, finished: &Finished) {
        let id = finished.item.id();
        self.running.retain(|running| *running != id);
        self.counts.add(&finished.outcome);
        self.done += 1;
    }

    /// The line in at most `width` characters.
    fn line(&self, elapsed: Duration, width: usize) -> String {
        let Self { total, done, .. } = self;
        let mut parts = vec![format!("{done}/{total}")];
        let wrong = self.counts.failed + self.counts.unexpected_pass;
        for (count, name) in [
            (wrong, "failed"),
            (self.counts.broken, "broken"),
            (self.counts.inconclusive, "inconclusive"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {name}"));
            }
        }
        parts.push(format!("{} s", elapsed.as_secs()));
        if !self.running.is_empty() {
            parts.push(self.running.join(", "));
        }
        shortened(&parts.join(" · "), width)
    }

    pub(super) fn draw(
        &mut self,
        out: &mut impl Write,
        elapsed: Duration,
        style: &Style,
    ) -> io::Result<()> {
        if self.done >= self.total {
            return self.erase(out);
        }
        // The last column stays empty: some terminals begin a new line once it is written.
        let line = self.line(elapsed, style.width() - 1);
        let line = match self.counts.failed + self.counts.unexpected_pass {
            0 => style.quiet(&line),
            _ => style.bad(&line),
        };
        self.drawn = true;
        write!(out, "{ERASE}{line}")
    }

    pub(super) fn erase(&mut self, out: &mut impl Write) -> io::Result<()> {
        if std::mem::take(&mut self.drawn) {
            write!(out, "{ERASE}")?;
        }
        Ok(())
    }
}
