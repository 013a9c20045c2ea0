//! What users write to say whom to judge.
//!
//! | subject | judged |
//! |---|---|
//! | `memory` | the memory store |
//! | `etcd`, `etcd:3.5.16`, `etcd,members=3,tls=mutual` | etcd, wherever it can be had |
//! | `image:NAME,port=2379` | a server in a container |
//! | `bin:PATH,args=…` | a server as a local process; the arguments reach to the end of the text |
//! | `tcp://HOST:PORT` | servers that somebody else runs; more endpoints behind commas |

use std::{path::PathBuf, str::FromStr};

use storeproof_fixtures::{
    etcd::{Members, Source, Spec, Tls, Version},
    tls::ClientFiles,
};

use super::options::{BadSubject, Options};

/// The port of etcd's clients.
pub(super) const PORT: u16 = 2379;

/// Whom to judge. Its text is what the user may write to get it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The memory store.
    Memory,
    /// A server, through the etcd3 store.
    Server(Server),
}

/// A server to judge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// What it is and where it comes from.
    pub spec: Spec,
    /// The user allows what disturbs others, such as compaction, on endpoints that somebody else runs.
    pub exclusive: bool,
}

impl Subject {
    /// etcd, wherever it can be had.
    pub fn etcd() -> Self {
        Self::Server(Server::default())
    }
}

impl Server {
    /// Whether somebody else runs it.
    pub fn is_external(&self) -> bool {
        matches!(self.spec.source, Source::External { .. })
    }

    /// Whether servers of this kind can be started with flags of etcd, which is so unless the user gave their arguments.
    pub(super) fn takes_flags(&self) -> bool {
        match &self.spec.source {
            Source::Any => true,
            Source::Image { arguments, .. } | Source::Binary { arguments, .. } => {
                arguments.is_none()
            }
            Source::External { .. } => false,
        }
    }

    /// The files for TLS of a server that somebody else runs, where it has any.
    pub fn files(&self) -> Option<&ClientFiles> {
        match &self.spec.source {
            Source::External { files, .. } => files.as_ref(),
            _ => None,
        }
    }

    /// Gives such files to a server that somebody else runs and that has none, as `ca=`, `cert=` and `key=` would. False
    /// where it is another server, or has some.
    #[must_use = "a server that keeps what it has is spoken to otherwise"]
    pub fn secure(&mut self, with: ClientFiles) -> bool {
        let Source::External { endpoints, files } = &mut self.spec.source else {
            return false;
        };
        if files.is_some() {
            return false;
        }
        for endpoint in endpoints {
            if let Some(address) = endpoint.strip_prefix("http://") {
                *endpoint = format!("https://{address}");
            }
        }
        *files = Some(with);
        true
    }
}

impl FromStr for Subject {
    type Err = BadSubject;

    fn from_str(text: &str) -> Result<Self, BadSubject> {
        let server = |spec| {
            Self::Server(Server {
                spec,
                exclusive: false,
            })
        };
        let (head, options) = Options::split(text);
        match head.split_once(':') {
            None if head == "memory" => options.done("memory").map(|()| Self::Memory),
            None if head == "etcd" => etcd(None, options).map(server),
            Some(("etcd", version)) => etcd(Some(version), options).map(server),
            Some(("image", name)) => image(name, options).map(server),
            Some(("bin", path)) => binary(path, options).map(server),
            Some(("tcp", _)) => external(head, options).map(Self::Server),
            _ => Err(BadSubject::new(
                text,
                format!("{head:?} is no kind of subject"),
                "memory, etcd, etcd:VERSION, image:NAME, bin:PATH, tcp://HOST:PORT",
                "etcd:3.5.16,members=3,tls=mutual",
            )),
        }
    }
}

const ETCD: &str = "etcd:3.5.16,members=3,tls=mutual";
const IMAGE: &str = "image:quay.io/coreos/etcd:v3.5.16,port=2379";
const BINARY: &str = "bin:/usr/bin/etcd";
const EXTERNAL: &str = "tcp://127.0.0.1:2379,ca=ca.pem,cert=client.pem,key=client-key.pem";

fn etcd(version: Option<&str>, mut options: Options<'_>) -> Result<Spec, BadSubject> {
    if let Some(version) = version
        && version.parse::<Version>().is_err()
    {
        return Err(options.bad(
            format!("{version:?} is no version"),
            "three numbers with dots between, such as 3.5.16",
            ETCD,
        ));
    }
    let spec = Spec {
        version: version.map(str::to_owned),
        members: members(&mut options, ETCD)?,
        tls: tls(&mut options, ETCD)?,
        ..Spec::default()
    };
    options.done(ETCD)?;
    Ok(spec)
}

fn image(name: &str, mut options: Options<'_>) -> Result<Spec, BadSubject> {
    if name.is_empty() {
        return Err(options.bad("the image has no name".to_owned(), "image:NAME", IMAGE));
    }
    let port = options.take("port", "a port from 1 to 65535", IMAGE, |value| {
        value.parse().ok().filter(|port| *port > 0)
    })?;
    let spec = Spec {
        members: members(&mut options, IMAGE)?,
        tls: tls(&mut options, IMAGE)?,
        source: Source::Image {
            name: name.to_owned(),
            port: port.unwrap_or(PORT),
            arguments: arguments(&mut options),
        },
        ..Spec::default()
    };
    options.done(IMAGE)?;
    Ok(spec)
}

fn binary(path: &str, mut options: Options<'_>) -> Result<Spec, BadSubject> {
    if path.is_empty() {
        return Err(options.bad("the binary has no path".to_owned(), "bin:PATH", BINARY));
    }
    let spec = Spec {
        members: members(&mut options, BINARY)?,
        tls: tls(&mut options, BINARY)?,
        source: Source::Binary {
            path: path.into(),
            arguments: arguments(&mut options),
        },
        ..Spec::default()
    };
    options.done(BINARY)?;
    Ok(spec)
}

fn external(first: &str, mut options: Options<'_>) -> Result<Server, BadSubject> {
    let mut addresses = vec![first];
    addresses.extend(options.take_bare());
    let file = |value: &str| (!value.is_empty()).then(|| PathBuf::from(value));
    let ca = options.take("ca", "the path of a PEM file", EXTERNAL, file)?;
    let certificate = options.take("cert", "the path of a PEM file", EXTERNAL, file)?;
    let key = options.take("key", "the path of a PEM file", EXTERNAL, file)?;
    let exclusive = options.take("exclusive", "yes or no", EXTERNAL, |value| match value {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    })?;
    let files = match (ca, certificate, key) {
        (None, None, None) => None,
        (Some(ca), certificate, key) if certificate.is_some() == key.is_some() => {
            Some(ClientFiles {
                ca,
                certificate,
                key,
            })
        }
        _ => {
            return Err(options.bad(
                "the files for TLS are not complete".to_owned(),
                "ca=FILE alone, or ca=FILE,cert=FILE,key=FILE",
                EXTERNAL,
            ));
        }
    };
    let scheme = if files.is_some() { "https" } else { "http" };
    let endpoints = addresses
        .into_iter()
        .map(|address| {
            let address = address.strip_prefix("tcp://").unwrap_or(address);
            if is_address(address) {
                Ok(format!("{scheme}://{address}"))
            } else {
                Err(options.bad(
                    format!("{address:?} is no address"),
                    "HOST:PORT, and [HOST]:PORT where the host is an IPv6 address",
                    EXTERNAL,
                ))
            }
        })
        .collect::<Result<_, _>>()?;
    options.done(EXTERNAL)?;
    Ok(Server {
        spec: Spec {
            source: Source::External { endpoints, files },
            ..Spec::default()
        },
        exclusive: exclusive.unwrap_or(false),
    })
}

fn is_address(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else {
        return false;
    };
    let bracketed = host.starts_with('[') && host.ends_with(']');
    let host_fits = if bracketed {
        host.len() > 2
    } else {
        !host.is_empty() && !host.contains([':', '/', '[', ']', '@'])
    };
    host_fits && port.parse::<u16>().is_ok_and(|port| port > 0)
}

fn members(options: &mut Options<'_>, example: &'static str) -> Result<Members, BadSubject> {
    let members = options.take("members", "1 or 3", example, |value| {
        value.parse().ok().and_then(Members::of)
    })?;
    Ok(members.unwrap_or_default())
}

fn tls(options: &mut Options<'_>, example: &'static str) -> Result<Tls, BadSubject> {
    let tls = options.take(
        "tls",
        "plain, server or mutual",
        example,
        |value| match value {
            "plain" => Some(Tls::Plain),
            "server" => Some(Tls::Server),
            "mutual" => Some(Tls::Mutual),
            _ => None,
        },
    )?;
    Ok(tls.unwrap_or_default())
}

fn arguments(options: &mut Options<'_>) -> Option<Vec<String>> {
    let text = options.take_arguments()?;
    Some(text.split_whitespace().map(str::to_owned).collect())
}

#[cfg(test)]
#[path = "grammar_tests.rs"]
mod tests;
