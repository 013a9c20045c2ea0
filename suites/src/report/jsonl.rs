use std::io::{self, Write};

use super::{
    Begun, Event, Sink,
    record::{CaseRecord, Footer, Line},
};

/// A line a case as it ends, a footer last.
#[derive(Debug)]
pub struct Jsonl<W> {
    out: W,
    begun: Option<Begun>,
}

impl<W: Write + Send> Jsonl<W> {
    /// Lines to `out`.
    pub fn new(out: W) -> Self {
        Self { out, begun: None }
    }
}

impl<W: Write + Send> Sink for Jsonl<W> {
    fn show(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Begun(begun) => self.begun = Some(begun.clone()),
            Event::Started(_) => {}
            Event::Finished(finished) => {
                write_line(&mut self.out, &Line::Case(CaseRecord::from(finished)))?;
            }
            Event::Ended(ended) => {
                if let Some(begun) = self.begun.take() {
                    write_line(&mut self.out, &Line::Footer(Footer::new(&begun, ended)))?;
                }
            }
        }
        self.out.flush()
    }
}

/// Writes one line at once, so that lines of several processes stay whole.
pub(super) fn write_line(out: &mut impl Write, line: &Line) -> io::Result<()> {
    let mut text = serde_json::to_string(line)?;
    text.push('\n');
    out.write_all(text.as_bytes())
}
