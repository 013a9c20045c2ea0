mod certificates;
mod folders;
mod judging;
mod sign_in;

use std::{
    io::{self, Write},
    num::NonZeroUsize,
    path::PathBuf,
    sync::Arc,
};

use storeproof_fixtures::provision::cleanup;

pub(super) use self::{certificates::BadCertificates, sign_in::BadUser};
use self::{certificates::Certificates, folders::Folders, judging::Run, sign_in::SignIn};
use super::{
    error::Error, list::everything, say, selection::Selecting, surroundings::Surroundings,
    target::Target,
};
use crate::{
    harness::{Exit, KnownFailures, Plan, Seed, Selection},
    report::{
        record::{Report, SubjectRecord},
        side_by_side,
    },
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
                                      ca=FILE,cert=FILE,key=FILE for TLS,
                                      or --cacert, --cert and --key for all of them;
                                      --user NAME:PASSWORD where they have users;
                                      exclusive=yes allows what disturbs others
  Without a subject: etcd, and where none can be had the memory store.

Examples:
  storeproof run
  storeproof run etcd,tls=mutual --suite watch --suite paging
  storeproof run memory etcd --out reports
  storeproof run memory --filter crud::create --seed 7
  storeproof run etcd:3.4.23 --suite stress --stress 10
  storeproof run tcp://127.0.0.1:2379 --known-failures known-failures.toml
  storeproof run tcp://10.0.0.7:2379 --cacert ca.pem --cert client.pem --key client-key.pem
  storeproof run tcp://10.0.0.7:2379 --user @root.txt
  storeproof run tcp://127.0.0.1:2379 --format jsonl > results.jsonl

Minimal counterexamples of property suites are kept in .storeproof/counterexamples of the
current folder, and tried first the next time. What was done and delivered in a case that
fails is kept whole, a file a case, in the folder history of --out, else in
.storeproof/history: also what the many clients of linearizable, stress and contract did.
It is for people; no run reads it. `storeproof diff` compares two folders of --out."
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
    /// How many cases run at a time. Four a core: most of their time they wait.
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
    /// Write report.html, report.md and report.json into this folder, and results.jsonl, junit.xml and the histories of
    /// failures; with several subjects, the latter into one folder each below it.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    certificates: Certificates,
    #[command(flatten)]
    sign_in: SignIn,
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
    let mut subjects = arguments
        .subjects
        .iter()
        .map(|text| text.parse())
        .collect::<Result<Vec<Subject>, _>>()?;
    arguments.certificates.hand_out(&mut subjects)?;
    arguments.sign_in.hand_out(&mut subjects)?;
    let selection = Selection::from(arguments.selecting.clone());
    // A selection that makes no sense is refused before anything is started.
    Plan::new(&selection, everything())?;
    let known_failures = match &arguments.known_failures {
        Some(file) => KnownFailures::read(file)?,
        None => KnownFailures::none(),
    };
    let live = surroundings.live && arguments.format == Format::Tree;
    cleanup::install_with(move || {
        if live {
            say("");
        }
    });
    let folders = Folders::of(arguments.out.as_deref(), &subjects)?;
    let run = Run {
        seed: arguments.seed.unwrap_or_else(Seed::random),
        arguments: &arguments,
        selection,
        known_failures: Arc::new(known_failures),
        surroundings,
    };
    let mut report = Report::new(run.seed, &run.selection);
    let mut exits = Vec::new();
    for (position, subject) in named(&subjects).into_iter().enumerate() {
        let folder = folders.of_subject(position)?;
        let target = match subject {
            Some(subject) => Target::of(subject, &surroundings.provision).await,
            None => Target::of_default(&surroundings.provision).await,
        };
        match target {
            Ok(target) => {
                let (exit, record) = run.judge(target, folder).await?;
                exits.push(exit);
                report.subjects.extend(record);
            }
            // The subjects after it can still be judged.
            Err(error) => {
                let mut problem = error.chain();
                if let Some(hint) = error.hint() {
                    problem.push('\n');
                    problem.push_str(hint);
                }
                say(&problem);
                exits.push(error.exit());
                let name = subject.cloned().unwrap_or_else(Subject::etcd).to_string();
                let record = SubjectRecord::not_judged(name, problem);
                report.subjects.push(record);
            }
        }
    }
    folders.write(&report)?;
    if report.subjects.len() > 1 && arguments.format == Format::Tree {
        let mut out = io::stdout().lock();
        writeln!(out)?;
        for line in side_by_side(&report, &surroundings.style) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(Exit::worst(exits))
}

/// Those that the user named; one that nobody named where there is none.
fn named(subjects: &[Subject]) -> Vec<Option<&Subject>> {
    if subjects.is_empty() {
        return vec![None];
    }
    subjects.iter().map(Some).collect()
}
