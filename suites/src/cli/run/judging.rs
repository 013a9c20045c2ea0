use std::{
    io::{self, Write},
    num::NonZeroUsize,
    sync::Arc,
    time::Duration,
};

use super::{Arguments, Format};
use crate::{
    cli::{
        error::Error,
        progress::{Sinks, drive},
        say,
        surroundings::Surroundings,
        target::Target,
    },
    harness::{Exit, KnownFailures, Plan, Seed, Selection, Settings},
    report::{Begun, Gathering, Jsonl, Sink, SubjectFolder, Tree, record::SubjectRecord},
};

/// What all subjects of a run have in common.
pub(super) struct Run<'a> {
    pub(super) arguments: &'a Arguments,
    pub(super) selection: Selection,
    pub(super) known_failures: Arc<KnownFailures>,
    pub(super) seed: Seed,
    pub(super) surroundings: &'a Surroundings,
}

impl Run<'_> {
    /// Judges one subject, stops what was started for it, and writes the reports on it.
    pub(super) async fn judge(
        &self,
        target: Target,
        folder: Option<SubjectFolder>,
    ) -> Result<(Exit, Option<SubjectRecord>), Error> {
        self.note(&target.decided)?;
        let capabilities = target.subject.capabilities();
        let begun = Begun {
            subject: target.name.clone(),
            origin: target.decided.clone(),
            provision: target.provision.to_owned(),
            server_version: target.version.clone(),
            capabilities,
            seed: self.seed,
            selection: self.selection.clone(),
            jobs: self.jobs(),
            plan: Plan::new(&self.selection, capabilities)?,
        };
        let settings = self.settings(folder.as_ref());
        let mut gathering = Gathering::default();
        let mut sinks = Sinks(vec![self.shown(), Box::new(&mut gathering)]);
        let subject = target.subject.clone();
        let ended = drive(begun, subject, &settings, &mut sinks).await;
        drop(sinks);
        target.stop().await;
        self.surroundings.tidy();
        let exit = Exit::of(&ended?);
        let record = gathering.into_record();
        if let (Some(folder), Some(record)) = (folder, &record) {
            folder.write(record, self.seed)?;
        }
        Ok((exit, record))
    }

    fn settings(&self, folder: Option<&SubjectFolder>) -> Settings {
        let mut settings = Settings::with_seed(self.seed);
        settings.counterexamples = self.surroundings.counterexamples();
        settings.histories = match folder {
            Some(folder) => Some(folder.histories()),
            None => self.surroundings.histories(),
        };
        settings.known_failures = Arc::clone(&self.known_failures);
        if let Some(sequences) = self.arguments.sequences {
            settings.sequences = sequences;
        }
        if let Some(seconds) = self.arguments.stress {
            settings.stress = Duration::from_secs(seconds.into());
        }
        settings
    }

    fn jobs(&self) -> usize {
        let default = 4 * self.surroundings.cores;
        self.arguments.jobs.map_or(default, NonZeroUsize::get)
    }

    fn shown(&self) -> Box<dyn Sink> {
        let Surroundings { style, live, .. } = *self.surroundings;
        match self.arguments.format {
            Format::Tree => Box::new(Tree::new(io::stdout(), style, live)),
            Format::Jsonl => Box::new(Jsonl::new(io::stdout())),
        }
    }

    /// A line for people: on standard output, unless that belongs to a program.
    fn note(&self, text: &str) -> io::Result<()> {
        match self.arguments.format {
            Format::Tree => writeln!(io::stdout().lock(), "{text}"),
            Format::Jsonl => {
                say(text);
                Ok(())
            }
        }
    }
}
