use std::io;

use rustls::{CertificateError, Error};

use super::tls::TlsFiles;

/// What goes wrong between two ends that show each other certificates, in terms of the files that this end was given.
impl TlsFiles {
    /// Why a handshake failed.
    pub(super) fn explain(&self, error: io::Error) -> io::Error {
        let problem = match cause(&error) {
            Some(Error::InvalidCertificate(problem)) => self.distrusted(problem),
            Some(Error::InvalidMessage(_)) => "the server does not speak TLS".to_owned(),
            Some(Error::AlertReceived(_)) => self.rejected(),
            None if error.kind() == io::ErrorKind::UnexpectedEof => {
                "the server ended the handshake; does it speak TLS?".to_owned()
            }
            _ => "TLS handshake".to_owned(),
        };
        io::Error::new(error.kind(), format!("{problem}: {error}"))
    }

    /// How a server refused this client after the handshake; `None` where it did not.
    pub(super) fn refused(&self, error: &io::Error) -> Option<String> {
        match cause(error) {
            Some(Error::AlertReceived(_)) => Some(format!("{}: {error}", self.rejected())),
            _ => None,
        }
    }

    fn distrusted(&self, problem: &CertificateError) -> String {
        let trusted = match &self.trusted {
            Some(path) => format!("the trusted CA in {}", path.display()),
            None => "the system's certificate authorities".to_owned(),
        };
        match problem {
            CertificateError::UnknownIssuer
            | CertificateError::BadSignature
            | CertificateError::UnhandledCriticalExtension => {
                format!("{trusted} did not sign the server's certificate")
            }
            _ => "the server's certificate does not hold".to_owned(),
        }
    }

    fn rejected(&self) -> String {
        match &self.identity {
            Some(identity) => {
                format!(
                    "the server refuses the certificate in {}",
                    identity.cert.display()
                )
            }
            None => "the server refuses a client without a certificate (CertFile and KeyFile)"
                .to_owned(),
        }
    }
}

fn cause(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}
