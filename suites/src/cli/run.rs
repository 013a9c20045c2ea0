use std::{
    io::{self, Write},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use storeproof_fixtures::provision::cleanup;

use super::{
    error::Error,
    list::everything,
    progress::{Sinks, drive},
    say,
    selection::Selecting,
    surroundings::Surroundings,
    target::Target,
};
use crate::{
    harness::{Exit, KnownFailures, Plan, Seed, Selection, Settings},
    report::{Begun, Files, Jsonl, Sink, Tree},
    subject::Subject,
};

/// Judges one or more subjects.
#[derive(Debug, clap::Args)]
#[command(
    long_about = "\
Judges one or more subjects: runs every case that the subject supports, and tells what held and what did not.",
    after_long_help = "\
Subjects:
  memory                              the memory store of this process
  etcd                                etcd, in a container where Docker or Podman answers,
                                      else as a local process
  etcd:3.5.16,members=3,tls=mutual    a version, a cluster, TLS (plain, server, mutual)
  image:NAME,port=2379                any server with etcd's API, in a container
  bin:PATH,args=--listen {url}        any server with etcd's API, as a local process;
                                      {host}, {port}, {url} and {data} are filled in,
                                      and args reaches to the end
  tcp://HOST:PORT                     servers that already run; more behind commas;
                                      ca=FILE,cert=FILE,key=FILE for TLS;
                                      exclusive=yes allows what disturbs others
  Without a subject: etcd, and where none can be had the memory store.

Examples:
  storeproof run
  storeproof run etcd,tls=mutual --suite watch --suite paging
  storeproof run memory etcd --out reports
  storeproof run memory --filter crud::create --seed 7
  storeproof run etcd:3.4.23 --suite stress --stress 10
  storeproof run tcp://127.0.0.1:2379 --known-failures known-failures.toml
  storeproof run tcp://127.0.0.1:2379 --format jsonl > results.jsonl

Minimal counterexamples of property suites are kept in .storeproof/counterexamples of the
current folder, and tried first the next time. What was done and delivered in a case that fails
is kept in the folder history of --out, else in .storeproof/history."
)]
pub(super) struct Arguments {
    /// Whom to judge, one after another. `--help` lists what can be written here.
    #[arg(value_name = "SUBJECT")]
    subjects: Vec<String>,
    #[command(flatten)]
    selecting: Selecting,
    /// Where all randomness comes from. A new one each time; it is printed.
    #[arg(long, value_name = "N")]
    seed: Option<Seed>,
    /// How many cases run at a time. As many as there are cores, but at least 4.
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// How many random sequences each property suite tries.
    #[arg(long, value_name = "N")]
    sequences: Option<u32>,
    /// For how long each stress case writes. A second and a half by default.
    #[arg(long, value_name = "SECONDS")]
    stress: Option<u32>,
    /// A list of cases that are known to fail, each with a reason and a day, as TOML. A case on it that passes fails the
    /// run; what is on it and not selected does not matter.
    #[arg(long, value_name = "FILE")]
    known_failures: Option<PathBuf>,
    /// Write results.jsonl, report.json, junit.xml and the histories of failures into this folder; with several subjects,
    /// one folder each below it.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What standard output shows.
    #[arg(long, value_enum, default_value_t = Format::Tree)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people: a line a suite, a screen a failure.
    Tree,
    /// For programs: a line of JSON a case, a footer last, and nothing else.
    Jsonl,
}

pub(super) async fn run(arguments: Arguments, surroundings: &Surroundings) -> Result<Exit, Error> {
    let subjects = arguments
        .subjects
        .iter()
        .map(|text| text.parse())
        .collect::<Result<Vec<Subject>, _>>()?;
    let selection = Selection::from(arguments.selecting.clone());
    // A selection that makes no sense is refused before anything is started.
    Plan::new(&selection, everything())?;
    let known_failures = match &arguments.known_failures {
        Some(file) => KnownFailures::read(file)?,
        None => KnownFailures::none(),
    };
    let folders = folders(arguments.out.as_deref(), &subjects);
    let live = surroundings.live && arguments.format == Format::Tree;
    cleanup::install_with(move || {
        if live {
            say("");
        }
    });
    let run = Run {
        seed: arguments.seed.unwrap_or_else(Seed::random),
        arguments: &arguments,
        selection,
        known_failures: Arc::new(known_failures),
        surroundings,
    };
    let mut exits = Vec::new();
    for (position, folder) in folders.into_iter().enumerate() {
        let files = folder.map(Files::new).transpose()?;
        let target = match subjects.get(position) {
            Some(subject) => Target::of(subject, &surroundings.provision).await,
            None => Target::of_default(&surroundings.provision).await,
        };
        exits.push(match target {
            Ok(target) => run.judge(target, files).await?,
            // The subjects after it can still be judged.
            Err(error) => {
                say(&error.chain());
                error.exit()
            }
        });
    }
    Ok(Exit::worst(exits))
}

struct Run<'a> {
    arguments: &'a Arguments,
    selection: Selection,
    known_failures: Arc<KnownFailures>,
    seed: Seed,
    surroundings: &'a Surroundings,
}

impl Run<'_> {
    async fn judge(&self, target: Target, files: Option<Files>) -> Result<Exit, Error> {
        self.note(&target.decided)?;
        let plan = Plan::new(&self.selection, target.subject.capabilities())?;
        let begun = Begun {
            subject: target.name.clone(),
            provision: target.provision.to_owned(),
            server_version: target.version.clone(),
            seed: self.seed,
            selection: self.selection.clone(),
            jobs: self.jobs(),
            plan,
        };
        let mut settings = Settings::with_seed(self.seed);
        settings.counterexamples = self.surroundings.counterexamples();
        settings.histories = match &files {
            Some(files) => Some(files.histories()),
            None => self.surroundings.histories(),
        };
        settings.known_failures = Arc::clone(&self.known_failures);
        if let Some(sequences) = self.arguments.sequences {
            settings.sequences = sequences;
        }
        if let Some(seconds) = self.arguments.stress {
            settings.stress = Duration::from_secs(seconds.into());
        }
        let mut sinks = Sinks(vec![self.shown()]);
        if let Some(files) = files {
            sinks.0.push(Box::new(files));
        }
        let subject = target.subject.clone();
        let ended = drive(begun, subject, &settings, &mut sinks).await;
        target.stop().await;
        self.surroundings.tidy();
        Ok(Exit::of(&ended?))
    }

    fn jobs(&self) -> usize {
        let default = self.surroundings.cores.max(4);
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

/// The folder for the reports of each subject; the one run without a subject counts as one.
fn folders(out: Option<&Path>, subjects: &[Subject]) -> Vec<Option<PathBuf>> {
    let Some(out) = out else {
        return vec![None; subjects.len().max(1)];
    };
    if subjects.len() <= 1 {
        return vec![Some(out.to_owned())];
    }
    let mut names: Vec<String> = Vec::new();
    for subject in subjects {
        let name = folder_name(&subject.to_string());
        let mut unique = name.clone();
        for number in 2.. {
            if !names.contains(&unique) {
                break;
            }
            unique = format!("{name}-{number}");
        }
        names.push(unique);
    }
    names.iter().map(|name| Some(out.join(name))).collect()
}

/// The subject as one part of a path.
fn folder_name(subject: &str) -> String {
    let kept = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' => character,
        _ => '-',
    };
    subject.chars().map(kept).collect()
}
