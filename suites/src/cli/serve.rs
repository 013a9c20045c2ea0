use std::io::{self, Write};

use storeproof_server::{Fault, Server, fault};
use tokio::signal::unix::{SignalKind, signal};

use super::{error::Error, surroundings::Surroundings};
use crate::{
    harness::Exit,
    nearest::nearest,
    report::{Style, wrapped},
};

/// Serves etcd's API out of memory, for tests of your own: nothing is kept, nothing is installed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Prints where it listens, and serves until it is interrupted. It is one member that never fails; what
is about disks, members, elections, TLS or users needs real etcd.

Examples:
  storeproof serve
  storeproof serve --listen 127.0.0.1:0
  storeproof serve --fault progress::ahead         a server that is wrong in just this way
  storeproof serve --list-faults                   the mistakes it can be told to make")]
pub(super) struct Arguments {
    /// Where to listen; port 0 takes any that is free.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:2379")]
    listen: String,
    /// A mistake to make. May be given several times.
    #[arg(long = "fault", value_name = "ID")]
    faults: Vec<String>,
    /// Prints the mistakes that it can be told to make, each with what it violates, and serves nothing.
    #[arg(long, conflicts_with_all = ["listen", "faults"])]
    list_faults: bool,
}

pub(super) async fn serve(
    arguments: &Arguments,
    surroundings: &Surroundings,
) -> Result<Exit, Error> {
    if arguments.list_faults {
        list(&mut io::stdout().lock(), &surroundings.style)?;
        return Ok(Exit::Conforms);
    }
    let faults: Vec<Fault> = arguments
        .faults
        .iter()
        .map(|id| named(id))
        .collect::<Result<_, _>>()?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let server = Server::builder()
        .bind(&arguments.listen)
        .faults(faults)
        .start()
        .await?;
    writeln!(
        io::stdout().lock(),
        "etcd's API at {}, in memory, until it is interrupted",
        server.url()
    )?;
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = terminated.recv() => {}
    }
    server.stop().await;
    Ok(Exit::Conforms)
}

fn named(id: &str) -> Result<Fault, Error> {
    fault::named(id).ok_or_else(|| Error::NoFault {
        id: id.to_owned(),
        nearest: nearest(id, fault::all().map(|fault| fault.id.to_owned())),
    })
}

fn list(out: &mut impl Write, style: &Style) -> io::Result<()> {
    for fault in fault::all() {
        let breaks: Vec<&str> = fault.breaks().collect();
        writeln!(out, "{}  {}", fault.id, style.quiet(&breaks.join(" ")))?;
        for line in wrapped(fault.about, style.width().saturating_sub(4)) {
            writeln!(out, "    {line}")?;
        }
    }
    Ok(())
}
