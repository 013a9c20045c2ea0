//! Subjects as users write them.

use std::fmt;

use storeproof_fixtures::{
    etcd::{Members, Source, Tls},
    tls::ClientFiles,
};

use super::grammar::{PORT, Server, Subject};

impl fmt::Display for Subject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => out.write_str("memory"),
            Self::Server(server) => server.fmt(out),
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spec = &self.spec;
        let mut arguments = None;
        match &spec.source {
            Source::Any => {
                out.write_str("etcd")?;
                if let Some(version) = &spec.version {
                    write!(out, ":{version}")?;
                }
            }
            Source::Image {
                name,
                port,
                arguments: own,
            } => {
                write!(out, "image:{name}")?;
                if *port != PORT {
                    write!(out, ",port={port}")?;
                }
                arguments = own.as_deref();
            }
            Source::Binary {
                path,
                arguments: own,
            } => {
                write!(out, "bin:{}", path.display())?;
                arguments = own.as_deref();
            }
            Source::External { endpoints, files } => {
                write_external(out, endpoints, files.as_ref())?
            }
        }
        if spec.members != Members::default() {
            write!(out, ",members={}", spec.members.count())?;
        }
        match spec.tls {
            Tls::Plain => {}
            Tls::Server => out.write_str(",tls=server")?,
            Tls::Mutual => out.write_str(",tls=mutual")?,
        }
        if self.exclusive {
            out.write_str(",exclusive=yes")?;
        }
        match arguments {
            Some(arguments) => write!(out, ",args={}", arguments.join(" ")),
            None => Ok(()),
        }
    }
}

fn write_external(
    out: &mut fmt::Formatter<'_>,
    endpoints: &[String],
    files: Option<&ClientFiles>,
) -> fmt::Result {
    for (position, endpoint) in endpoints.iter().enumerate() {
        let address = endpoint.split_once("://").map_or(&**endpoint, |(_, it)| it);
        let separator = if position > 0 { "," } else { "" };
        write!(out, "{separator}tcp://{address}")?;
    }
    if let Some(files) = files {
        write!(out, ",ca={}", files.ca.display())?;
        if let Some(certificate) = &files.certificate {
            write!(out, ",cert={}", certificate.display())?;
        }
        if let Some(key) = &files.key {
            write!(out, ",key={}", key.display())?;
        }
    }
    Ok(())
}
