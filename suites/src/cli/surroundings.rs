use std::{env, io::IsTerminal, path::PathBuf};

use storeproof_fixtures::provision::Environment;

use crate::report::{HISTORY, Style};

/// Everything of the process's surroundings that a command looks at. Read once.
#[derive(Debug)]
pub(super) struct Surroundings {
    /// Where etcd may come from.
    pub(super) provision: Environment,
    /// How text is laid out on standard output.
    pub(super) style: Style,
    /// Whether standard output is a terminal whose last line can be redrawn.
    pub(super) live: bool,
    /// The folder the command was started in, where there is one.
    pub(super) folder: Option<PathBuf>,
    /// Cores this process may use.
    pub(super) cores: usize,
}

impl Surroundings {
    pub(super) fn of_process() -> Self {
        let terminal = std::io::stdout().is_terminal();
        let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        let mut style = Style::plain().colour(terminal && !dumb && !is_set("NO_COLOR"));
        if let Some(columns) = columns(terminal) {
            style = style.columns(columns);
        }
        Self {
            provision: Environment::from_process(),
            style,
            live: terminal && !dumb,
            folder: env::current_dir().ok(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }

    /// Where minimal counterexamples are kept between runs.
    pub(super) fn counterexamples(&self) -> Option<PathBuf> {
        self.kept("counterexamples")
    }

    /// Where the histories of failures are kept until the next ones, unless a run has a folder of its own.
    pub(super) fn histories(&self) -> Option<PathBuf> {
        self.kept(HISTORY)
    }

    /// Removes those folders where nothing is kept in them.
    pub(super) fn tidy(&self) {
        for what in ["counterexamples", HISTORY, ""] {
            // A folder that holds something stays.
            let _ = self.kept(what).map(std::fs::remove_dir);
        }
    }

    fn kept(&self, what: &str) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(".storeproof").join(what))
    }
}

/// The columns that the user says, else those of the terminal.
fn columns(terminal: bool) -> Option<usize> {
    let said = env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    said.filter(|columns| *columns > 0).or_else(|| {
        let size = rustix::termios::tcgetwinsize(std::io::stdout());
        let columns = size.ok().filter(|_| terminal)?.ws_col;
        Some(usize::from(columns)).filter(|columns| *columns > 0)
    })
}
