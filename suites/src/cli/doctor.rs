use std::io::{self, Write};

use storeproof_fixtures::{
    etcd::Spec,
    provision::{self, Finding, Status},
};

use super::{error::Error, surroundings::Surroundings};
use crate::{
    harness::Exit,
    report::{Style, wrapped},
};

/// Looks at what this machine offers to start etcd with, and says what would help.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Ends with 0 where a real etcd can be had, with 6 where none can. To find out it may pull or
fetch one, which is kept for later runs. No server is started.")]
pub(super) struct Arguments {}

pub(super) async fn doctor(_: &Arguments, surroundings: &Surroundings) -> Result<Exit, Error> {
    let environment = &surroundings.provision;
    let findings = provision::doctor(environment).await;
    let decision = provision::decide(environment, &Spec::default()).await;
    let mut out = io::stdout().lock();
    table(&mut out, &findings, &surroundings.style)?;
    let (said, exit) = match decision {
        Ok(decision) => (format!("`storeproof run` uses {decision}."), Exit::Conforms),
        Err(error) => (error.to_string(), Exit::Environment),
    };
    writeln!(out)?;
    for line in wrapped(&said, surroundings.style.width()) {
        writeln!(out, "{line}")?;
    }
    Ok(exit)
}

fn table(out: &mut impl Write, findings: &[Finding], style: &Style) -> io::Result<()> {
    let widest = findings.iter().map(|finding| finding.name.len()).max();
    let widest = widest.unwrap_or_default();
    let room = style.width().saturating_sub(widest + 4);
    for finding in findings {
        let mark = match finding.status {
            Status::Good => style.good("✓"),
            Status::Missing => style.quiet("–"),
            Status::Broken => style.bad("✗"),
        };
        let mut head = format!("{mark} {:<widest$}", finding.name);
        let detail = wrapped(&finding.detail, room).into_iter();
        let fix = wrapped(finding.fix, room).into_iter();
        for line in detail.chain(fix.map(|line| style.quiet(&line))) {
            writeln!(out, "{head}  {line}")?;
            head = " ".repeat(widest + 2);
        }
    }
    Ok(())
}
