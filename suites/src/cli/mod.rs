//! The `storeproof` command: one file per command.

mod bites;
mod diff;
mod doctor;
mod error;
mod explain;
mod golden;
mod list;
mod progress;
mod requirements;
mod run;
mod screens;
mod selection;
mod serve;
mod surroundings;
mod target;
mod teeth;

use std::{io::Write, panic::AssertUnwindSafe, process::ExitCode};

use clap::{Parser, Subcommand};
use futures::FutureExt;
use storeproof_fixtures::provision::cleanup;

use self::{error::Error, surroundings::Surroundings};
use crate::harness::Exit;

/// Tells whether a Kubernetes storage backend can be trusted.
#[derive(Debug, Parser)]
#[command(
    name = "storeproof",
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = EXAMPLES
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  storeproof run                         judge etcd, started for you
  storeproof run memory --suite watch    judge the memory store, one suite
  storeproof run tcp://127.0.0.1:2379    judge a server that already runs
  storeproof list --filter paging        what there is about paging
  storeproof list --requirements         what must hold, and which cases look at it
  storeproof diff old new                what changed between two runs, by their --out folders
  storeproof golden FILE new             whether a run came out as on a release of etcd
  storeproof doctor                      why etcd cannot be started here
  storeproof teeth                       whether the suites notice broken stores
  storeproof serve                       etcd's API out of memory, for tests of your own

Exit codes:
  0 conforms   1 failed   2 usage   3 inconclusive   4 nothing selected
  5 regressed   6 environment   70 a defect of storeproof   130 interrupted";

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    List(list::Arguments),
    Explain(explain::Arguments),
    Diff(diff::Arguments),
    Golden(golden::Arguments),
    Doctor(doctor::Arguments),
    Teeth(teeth::Arguments),
    Serve(serve::Arguments),
}

/// The command, from the process's arguments to its exit code.
pub fn main() -> ExitCode {
    let arguments = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let help = !error.use_stderr();
            // Where not even this can be printed there is nowhere left to say so.
            let _ = error.print();
            return if help { Exit::Conforms } else { Exit::Usage }.into();
        }
    };
    let surroundings = Surroundings::of_process();
    let Ok(runtime) = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    else {
        return Exit::Environment.into();
    };
    // Nothing of the command is used after it panicked.
    let ended = runtime
        .block_on(AssertUnwindSafe(dispatch(arguments.command, &surroundings)).catch_unwind());
    let exit = match ended {
        Ok(Ok(exit)) => exit,
        Ok(Err(error)) if error.is_closed_pipe() => Exit::Conforms,
        Ok(Err(error)) => {
            say(&error.chain());
            error.exit()
        }
        Err(_) => {
            cleanup::stop_all();
            say("This is a defect of storeproof. Please report it with the text above.");
            Exit::Internal
        }
    };
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    exit.into()
}

async fn dispatch(command: Command, surroundings: &Surroundings) -> Result<Exit, Error> {
    match command {
        Command::Run(arguments) => run::run(arguments, surroundings).await,
        Command::List(arguments) => list::list(&arguments, surroundings),
        Command::Explain(arguments) => explain::explain(&arguments, surroundings),
        Command::Golden(arguments) => golden::golden(&arguments),
        Command::Diff(arguments) => diff::diff(&arguments, surroundings),
        Command::Doctor(arguments) => doctor::doctor(&arguments, surroundings).await,
        Command::Teeth(arguments) => teeth::teeth(&arguments, surroundings).await,
        Command::Serve(arguments) => serve::serve(&arguments, surroundings).await,
    }
}

/// One line to standard error. Where that is closed, nobody listens.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
