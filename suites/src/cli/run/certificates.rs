use std::{
    fs, io,
    path::{Path, PathBuf},
};

use storeproof_fixtures::tls::ClientFiles;

use crate::subject::Subject;

/// A subject that certificates are for.
const EXAMPLE: &str =
    "storeproof run tcp://127.0.0.1:2379 --cacert ca.pem --cert client.pem --key client-key.pem";

/// Certificates for all servers that already run: the same as `ca=`, `cert=` and `key=` of each of them.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Certificates {
    /// The authority that servers at tcp:// addresses are trusted by, as PEM. They are spoken to over TLS.
    #[arg(long, value_name = "FILE")]
    cacert: Option<PathBuf>,
    /// The certificate that is shown to them, as PEM.
    #[arg(long, value_name = "FILE")]
    cert: Option<PathBuf>,
    /// The key of that certificate, as PEM.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// Files for TLS that cannot be used: what is wrong, by name, and what would be right.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadCertificates {
    /// One of a pair.
    #[error(
        "{given} is given without {missing}. A client shows a certificate and holds its key, or neither: {EXAMPLE}"
    )]
    Half {
        /// The flag that is there.
        given: &'static str,
        /// The flag that is not.
        missing: &'static str,
    },
    /// Nobody to trust.
    #[error(
        "{given} is given without --cacert. Name the authority that signed the server's certificate: {EXAMPLE}"
    )]
    NoAuthority {
        /// The flag that is there.
        given: &'static str,
    },
    /// Nobody to show them to.
    #[error(
        "{given} is for servers that already run, and no subject is tcp://HOST:PORT. A server that is started here gets \
         its certificates with tls=server or tls=mutual: etcd,tls=mutual. For one that runs: {EXAMPLE}"
    )]
    NoServer {
        /// The first flag that is there.
        given: &'static str,
    },
    /// Two places say it.
    #[error(
        "The subject {subject} names files for TLS, and so does {given}. Leave out one of them."
    )]
    Twice {
        /// The subject.
        subject: String,
        /// The first flag that is there.
        given: &'static str,
    },
    /// A file that cannot be read.
    #[error("The {what} {} cannot be read: {cause}. Name a file that is there, as PEM.", .path.display())]
    Unreadable {
        /// What it should hold.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// A file that holds something else.
    #[error("The {what} {} holds no {marker} in PEM: no line says `-----BEGIN …{marker}-----`.", .path.display())]
    Empty {
        /// What it should hold.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What PEM calls it.
        marker: &'static str,
    },
}

impl Certificates {
    /// Gives the files to every server that already runs, and looks whether the files of all of them can be used.
    pub(super) fn hand_out(&self, subjects: &mut [Subject]) -> Result<(), BadCertificates> {
        if let Some(given) = self.given() {
            let files = self.files(given)?;
            let mut anybody = false;
            for subject in &mut *subjects {
                let text = subject.to_string();
                let Subject::Server(server) = subject else {
                    continue;
                };
                if !server.is_external() {
                    continue;
                }
                anybody = true;
                if !server.secure(files.clone()) {
                    return Err(BadCertificates::Twice {
                        subject: text,
                        given,
                    });
                }
            }
            if !anybody {
                return Err(BadCertificates::NoServer { given });
            }
        }
        let servers = subjects.iter().filter_map(|subject| match subject {
            Subject::Server(server) => server.files(),
            Subject::Memory => None,
        });
        servers.into_iter().try_for_each(check)
    }

    /// The first flag that is there.
    fn given(&self) -> Option<&'static str> {
        let flags = [
            ("--cert", &self.cert),
            ("--key", &self.key),
            ("--cacert", &self.cacert),
        ];
        let mut there = flags.into_iter().filter(|(_, file)| file.is_some());
        there.next().map(|(flag, _)| flag)
    }

    fn files(&self, given: &'static str) -> Result<ClientFiles, BadCertificates> {
        let half = |given, missing| Err(BadCertificates::Half { given, missing });
        match (&self.cert, &self.key) {
            (Some(_), None) => return half("--cert", "--key"),
            (None, Some(_)) => return half("--key", "--cert"),
            _ => {}
        }
        let Some(ca) = self.cacert.clone() else {
            return Err(BadCertificates::NoAuthority { given });
        };
        Ok(ClientFiles {
            ca,
            certificate: self.cert.clone(),
            key: self.key.clone(),
        })
    }
}

/// Whether the files are there and hold what they should. Whether they fit, the server says.
fn check(files: &ClientFiles) -> Result<(), BadCertificates> {
    hold("authority", Some(&files.ca), "CERTIFICATE")?;
    hold("certificate", files.certificate.as_deref(), "CERTIFICATE")?;
    hold("key", files.key.as_deref(), "PRIVATE KEY")
}

fn hold(
    what: &'static str,
    path: Option<&Path>,
    marker: &'static str,
) -> Result<(), BadCertificates> {
    let Some(path) = path else { return Ok(()) };
    let bytes = fs::read(path).map_err(|cause| BadCertificates::Unreadable {
        what,
        path: path.to_owned(),
        cause,
    })?;
    let begins = |line: &str| line.starts_with("-----BEGIN ") && line.contains(marker);
    if String::from_utf8_lossy(&bytes).lines().any(begins) {
        return Ok(());
    }
    Err(BadCertificates::Empty {
        what,
        path: path.to_owned(),
        marker,
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn certificates([cacert, cert, key]: [&str; 3]) -> Certificates {
        let file = |name: &str| (!name.is_empty()).then(|| PathBuf::from(name));
        Certificates {
            cacert: file(cacert),
            cert: file(cert),
            key: file(key),
        }
    }

    fn refused(flags: [&str; 3], subjects: &[&str]) -> String {
        let mut subjects: Vec<Subject> =
            subjects.iter().map(|text| text.parse().unwrap()).collect();
        let handed_out = certificates(flags).hand_out(&mut subjects);
        handed_out.unwrap_err().to_string()
    }

    #[rstest]
    #[case(["", "c.pem", ""], &["tcp://a:1"], "--cert is given without --key")]
    #[case(["ca.pem", "", "k.pem"], &["tcp://a:1"], "--key is given without --cert")]
    #[case(["", "c.pem", "k.pem"], &["tcp://a:1"], "--cert is given without --cacert")]
    #[case(["ca.pem", "", ""], &[], "--cacert is for servers that already run")]
    #[case(["ca.pem", "", ""], &["memory", "etcd"], "tls=mutual")]
    #[case(
        ["ca.pem", "", ""],
        &["tcp://a:1,ca=x.pem"],
        "The subject tcp://a:1,ca=x.pem names files for TLS"
    )]
    #[case(["/nonexistent/ca.pem", "", ""], &["tcp://a:1"], "The authority /nonexistent/ca.pem")]
    #[case(["", "", ""], &["tcp://a:1,ca=/nonexistent/ca.pem"], "The authority /nonexistent/ca.pem")]
    fn what_is_wrong_is_named(
        #[case] flags: [&str; 3],
        #[case] subjects: &[&str],
        #[case] says: &str,
    ) {
        let error = refused(flags, subjects);
        assert!(error.contains(says), "{error}");
    }

    #[test]
    fn files_are_looked_into() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        let certificate = write("c.pem", "-----BEGIN CERTIFICATE-----\n");
        let key = write("k.pem", "-----BEGIN EC PRIVATE KEY-----\n");
        let flags = [&*certificate, &*certificate, &*certificate];
        let error = refused(flags, &["tcp://a:1"]);
        assert!(error.contains("k"), "{error}");
        assert!(error.contains("holds no PRIVATE KEY in PEM"), "{error}");

        let subjects = ["tcp://a:1,b:2", "memory", "tcp://c:3"];
        let mut subjects: Vec<Subject> =
            subjects.iter().map(|text| text.parse().unwrap()).collect();
        let flags = certificates([&certificate, &certificate, &key]);
        flags.hand_out(&mut subjects).unwrap();
        let options = format!(",ca={certificate},cert={certificate},key={key}");
        let texts: Vec<String> = subjects.iter().map(Subject::to_string).collect();
        assert_eq!(
            texts,
            [
                format!("tcp://a:1,tcp://b:2{options}"),
                "memory".to_owned(),
                format!("tcp://c:3{options}")
            ]
        );
        let again: Subject = texts[0].parse().unwrap();
        assert_eq!(
            again, subjects[0],
            "the same as if the options had been written"
        );
    }
}
