use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject},
};

use super::{Error, TransportConfig};

/// The three files that TLS is made of (backend §1.8).
#[derive(Clone, Debug, Default)]
pub(super) struct TlsFiles {
    pub(super) identity: Option<Identity>,
    pub(super) trusted: Option<PathBuf>,
}

#[derive(Clone, Debug)]
pub(super) struct Identity {
    key: PathBuf,
    pub(super) cert: PathBuf,
}

impl TlsFiles {
    /// # Errors
    ///
    /// Only one of key and certificate is given.
    pub(super) fn of(config: &TransportConfig) -> Result<Self, Error> {
        let given =
            |path: &Option<PathBuf>| path.clone().filter(|path| !path.as_os_str().is_empty());
        let text = |path: &Option<PathBuf>| {
            path.as_deref()
                .map_or_else(String::new, |path| path.display().to_string())
        };
        let (key, cert) = (given(&config.key_file), given(&config.cert_file));
        let identity = match (key, cert) {
            (Some(key), Some(cert)) => Some(Identity { key, cert }),
            (None, None) => None,
            (key, cert) => {
                return Err(Error::IncompletePair {
                    key: text(&key),
                    cert: text(&cert),
                });
            }
        };
        Ok(Self {
            identity,
            trusted: given(&config.trusted_ca_file),
        })
    }

    /// Whether none of the three is given.
    pub(super) fn is_empty(&self) -> bool {
        self.identity.is_none() && self.trusted.is_none()
    }

    /// Reads the files as they are now, and makes a client of them: TLS 1.2 or later, speaking HTTP/2.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or holds something else; a key that does not belong to the certificate.
    pub(super) fn load(&self) -> Result<Arc<ClientConfig>, Error> {
        let roots = match &self.trusted {
            Some(path) => trusted_roots(path)?,
            None => system_roots()?,
        };
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(Error::Tls)?
            .with_root_certificates(roots);
        let mut config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some(Identity { key, cert }) => {
                let certificates = certificates(cert, "certificate")?;
                let secret = PrivateKeyDer::from_pem_file(key)
                    .map_err(|cause| unusable("key", key, cause))?;
                builder
                    .with_client_auth_cert(certificates, secret)
                    .map_err(|cause| Error::File {
                        role: "key",
                        field: "key_file",
                        path: key.clone(),
                        problem: format!("with the certificate in {}: {cause}", cert.display()),
                    })?
            }
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Arc::new(config))
    }
}

impl TransportConfig {
    /// Reads the files of TLS as they are now, without connecting: what is wrong with them is told before a store is made.
    ///
    /// # Errors
    ///
    /// As a connection would fail: a file that cannot be read or holds something else, a key without its certificate or of
    /// another one.
    pub fn check_files(&self) -> Result<(), Error> {
        TlsFiles::of(self)?.load().map(drop)
    }
}

fn trusted_roots(path: &Path) -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path, "trusted CA")? {
        roots.add(certificate).map_err(|cause| Error::File {
            role: "trusted CA",
            field: "trusted_ca_file",
            path: path.to_owned(),
            problem: cause.to_string(),
        })?;
    }
    Ok(roots)
}

fn system_roots() -> Result<RootCertStore, Error> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    match found.errors.first() {
        Some(error) if roots.is_empty() => Err(Error::SystemRoots(error.to_string())),
        _ => Ok(roots),
    }
}

fn certificates(path: &Path, role: &'static str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let certificates: Vec<_> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|cause| unusable(role, path, cause))?;
    if certificates.is_empty() {
        return Err(unusable(role, path, pem::Error::NoItemsFound));
    }
    Ok(certificates)
}

fn unusable(role: &'static str, path: &Path, cause: pem::Error) -> Error {
    Error::File {
        role,
        field: match role {
            "key" => "key_file",
            "certificate" => "cert_file",
            _ => "trusted_ca_file",
        },
        path: path.to_owned(),
        problem: match cause {
            pem::Error::Io(cause) => cause.to_string(),
            pem::Error::NoItemsFound => format!("it holds no PEM {role}"),
            other => other.to_string(),
        },
    }
}
