use std::path::PathBuf;

use http::Uri;
use rustls::pki_types::ServerName;

use super::Error;

/// One server, taken apart (backend §1.8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServerAddress {
    /// The address as it was given.
    pub(super) given: String,
    pub(super) route: Route,
    pub(super) security: Security,
    /// The name that the server's certificate must bear.
    pub(super) name: ServerName<'static>,
    /// What the server is called in requests.
    pub(super) authority: String,
}

/// Where the bytes go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// `host:port`.
    Tcp(String),
    /// A socket file.
    Unix(PathBuf),
}

/// What the scheme says about TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Security {
    Required,
    Never,
    WhereConfigured,
}

impl ServerAddress {
    /// # Errors
    ///
    /// The address has no host, or one that cannot be a server's name.
    pub(super) fn parse(given: &str) -> Result<Self, Error> {
        let (scheme, rest) = match given.split_once(':') {
            Some((scheme @ ("unix" | "unixs"), rest)) => (scheme, rest),
            _ => given.split_once("://").unwrap_or(("", given)),
        };
        let security = match scheme {
            "https" | "unixs" => Security::Required,
            "http" => Security::Never,
            _ => Security::WhereConfigured,
        };
        let wrong = |problem: String| Error::Address {
            address: given.to_owned(),
            problem,
        };
        if scheme.starts_with("unix") {
            let path = PathBuf::from(rest.strip_prefix("//").unwrap_or(rest));
            let name = path.file_name().map(|name| name.to_string_lossy());
            let name = name.ok_or_else(|| wrong("a path of a socket is missing".to_owned()))?;
            let name = server_name(name.split(':').next().unwrap_or_default()).map_err(wrong)?;
            return Ok(Self {
                given: given.to_owned(),
                route: Route::Unix(path),
                security,
                name,
                authority: "localhost".to_owned(),
            });
        }
        let uri: Uri = format!("http://{rest}")
            .parse()
            .map_err(|cause: http::uri::InvalidUri| wrong(cause.to_string()))?;
        if let Some((_, address)) = uri.authority().and_then(|it| it.as_str().rsplit_once('@')) {
            return Err(Error::Address {
                address: format!("{scheme}://…@{address}"),
                problem: "it may hold no name or password".to_owned(),
            });
        }
        let host = uri.host().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| wrong("a host is missing".to_owned()))?;
        let behind_host = uri
            .authority()
            .and_then(|it| it.as_str().strip_prefix(host))
            .unwrap_or_default();
        let port = match (uri.port_u16(), scheme) {
            (Some(port), _) => port,
            (None, _) if !behind_host.is_empty() => {
                return Err(wrong(format!("{behind_host:?} is no port")));
            }
            (None, "https") => 443,
            (None, "http") => 80,
            (None, _) => 2379,
        };
        Ok(Self {
            given: given.to_owned(),
            route: Route::Tcp(format!("{host}:{port}")),
            security,
            name: server_name(host.trim_matches(['[', ']'])).map_err(wrong)?,
            authority: format!("{host}:{port}"),
        })
    }
}

fn server_name(host: &str) -> Result<ServerName<'static>, String> {
    ServerName::try_from(host.to_owned()).map_err(|cause| format!("{host:?}: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::{Route, Security, ServerAddress};

    #[test]
    fn schemes_decide_route_and_security() {
        let tcp = |at: &str| Route::Tcp(at.to_owned());
        for (given, route, security) in [
            ("http://a:2379", tcp("a:2379"), Security::Never),
            ("https://a:2379/", tcp("a:2379"), Security::Required),
            ("https://a", tcp("a:443"), Security::Required),
            ("a:2379", tcp("a:2379"), Security::WhereConfigured),
            ("ftp://a", tcp("a:2379"), Security::WhereConfigured),
            ("a", tcp("a:2379"), Security::WhereConfigured),
            ("https://[::1]:1", tcp("[::1]:1"), Security::Required),
            (
                "unix:///run/etcd:0",
                Route::Unix("/run/etcd:0".into()),
                Security::WhereConfigured,
            ),
            (
                "unixs://localhost:0",
                Route::Unix("localhost:0".into()),
                Security::Required,
            ),
            (
                "unix:rel",
                Route::Unix("rel".into()),
                Security::WhereConfigured,
            ),
        ] {
            let address = ServerAddress::parse(given).expect(given);
            assert_eq!((address.route, address.security), (route, security));
        }
    }

    #[test]
    fn an_address_without_a_host_is_named() {
        for given in [
            "",
            "http://",
            "https://:2379",
            "unix://",
            "http://a b",
            "http://a:",
            "http://a:65536",
            "http://[::1]:etcd",
        ] {
            let error = ServerAddress::parse(given).expect_err(given).to_string();
            assert!(error.contains(&format!("{given:?}")), "{error}");
        }
    }
}
