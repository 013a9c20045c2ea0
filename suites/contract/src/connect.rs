use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

use crate::{Certificates, limits};

/// Why there is no channel to a member.
#[derive(Debug, thiserror::Error)]
pub enum Unreachable {
    /// The URL is none.
    #[error("{url} is no URL of a server: {reason}")]
    Url {
        /// What was given.
        url: String,
        /// Why not.
        reason: String,
    },
    /// A file of the client's cannot be read.
    #[error("{path} cannot be read: {reason}")]
    File {
        /// Which one.
        path: String,
        /// Why not.
        reason: std::io::Error,
    },
}

/// A channel to one member that connects when it is first used. It has no retries and no other members to fall back on.
///
/// # Errors
///
/// The URL makes no sense, or a certificate file cannot be read.
pub async fn channel(
    url: &str,
    certificates: Option<&Certificates>,
) -> Result<Channel, Unreachable> {
    channel_to(url, certificates, None).await
}

/// As [`channel`], to a server whose certificate must carry `name` instead of the URL's host.
pub(crate) async fn channel_to(
    url: &str,
    certificates: Option<&Certificates>,
    name: Option<&str>,
) -> Result<Channel, Unreachable> {
    let bad = |error: tonic::transport::Error| Unreachable::Url {
        url: url.to_owned(),
        reason: error.to_string(),
    };
    let mut endpoint = Endpoint::from_shared(url.to_owned())
        .map_err(bad)?
        .connect_timeout(limits::CONNECT);
    if let Some(certificates) = certificates {
        let mut tls = tls(certificates).await?;
        if let Some(name) = name {
            tls = tls.domain_name(name);
        }
        endpoint = endpoint.tls_config(tls).map_err(bad)?;
    }
    Ok(endpoint.connect_lazy())
}

async fn tls(certificates: &Certificates) -> Result<ClientTlsConfig, Unreachable> {
    let authority = read(&certificates.authority).await?;
    let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority));
    let Some((certificate, key)) = &certificates.identity else {
        return Ok(tls);
    };
    let identity = Identity::from_pem(read(certificate).await?, read(key).await?);
    Ok(tls.identity(identity))
}

async fn read(path: &std::path::Path) -> Result<Vec<u8>, Unreachable> {
    tokio::fs::read(path)
        .await
        .map_err(|reason| Unreachable::File {
            path: path.display().to_string(),
            reason,
        })
}
