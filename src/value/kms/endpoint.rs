use std::{fmt, path::PathBuf};

/// Where a plugin listens: `unix:///path/of/its.sock`, or `unix:///@name` for a name in the kernel's abstract namespace.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    socket: PathBuf,
    path: String,
}

/// Text that names no Unix socket.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// Nothing at all.
    #[error("remote KMS provider can't use empty string as endpoint")]
    Empty,
    /// No URL.
    #[error("invalid endpoint {given:?} for remote KMS provider, error: {problem}")]
    Malformed {
        /// The text.
        given: String,
        /// What keeps it from being a URL.
        problem: String,
    },
    /// Plugins are spoken to on this machine only.
    #[error("unsupported scheme {0:?} for remote KMS provider")]
    Scheme(String),
    /// It names no file.
    #[error(
        "endpoint {0:?} for remote KMS provider has no absolute path: write unix:///path/of/its.sock"
    )]
    NoPath(String),
}

impl Endpoint {
    /// Reads a URL as Go does: of a host, a query and a fragment nothing is used.
    ///
    /// # Errors
    ///
    /// It names no Unix socket.
    pub fn parse(given: &str) -> Result<Self, EndpointError> {
        if given.is_empty() {
            return Err(EndpointError::Empty);
        }
        let malformed = |problem: &str| EndpointError::Malformed {
            given: given.to_owned(),
            problem: format!("parse {given:?}: {problem}"),
        };
        if given.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
            return Err(malformed("net/url: invalid control character in URL"));
        }
        let (url, _fragment) = given.split_once('#').unwrap_or((given, ""));
        let (scheme, rest) = scheme(url).map_err(malformed)?;
        if scheme.is_empty()
            && rest
                .split('/')
                .next()
                .is_some_and(|first| first.contains(':'))
        {
            return Err(malformed("first path segment in URL cannot contain colon"));
        }
        let (rest, _query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = match rest.strip_prefix("//") {
            Some(rest) => rest.find('/').map_or("", |at| rest.split_at(at).1),
            None => rest,
        };
        let path = unescaped(path)
            .map_err(|escape| malformed(&format!("invalid URL escape {escape:?}")))?;
        if scheme != "unix" {
            return Err(EndpointError::Scheme(scheme));
        }
        // Go takes it, and then never reaches anything.
        if !path.starts_with('/') {
            return Err(EndpointError::NoPath(given.to_owned()));
        }
        let socket = match path.strip_prefix("/@") {
            Some(name) => PathBuf::from(format!("\0{name}")),
            None => PathBuf::from(&path),
        };
        Ok(Self { socket, path })
    }

    /// What to connect to. An abstract name begins with a zero.
    pub(super) fn socket(&self) -> &PathBuf {
        &self.socket
    }
}

/// The scheme in small letters, and what follows its colon. No scheme is the empty one.
fn scheme(url: &str) -> Result<(String, &str), &'static str> {
    for (place, character) in url.char_indices() {
        match character {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if place > 0 => {}
            ':' if place > 0 => {
                let (scheme, rest) = url.split_at(place);
                return Ok((
                    scheme.to_ascii_lowercase(),
                    rest.strip_prefix(':').unwrap_or(rest),
                ));
            }
            ':' => return Err("missing protocol scheme"),
            _ => break,
        }
    }
    Ok((String::new(), url))
}

/// The path without percent signs, or the escape that is none.
fn unescaped(path: &str) -> Result<String, String> {
    let mut plain = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, escape)) = rest.split_once('%') {
        plain.extend_from_slice(before.as_bytes());
        let byte = escape
            .get(..2)
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let Some(byte) = byte else {
            return Err(format!("%{}", escape.chars().take(2).collect::<String>()));
        };
        plain.push(byte);
        rest = escape.get(2..).unwrap_or_default();
    }
    plain.extend_from_slice(rest.as_bytes());
    String::from_utf8(plain).map_err(|_| path.to_owned())
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "unix://{}", self.path)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Endpoint({self})")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Endpoint;

    #[test]
    fn sockets_are_found_as_go_finds_them() {
        for (given, socket) in [
            ("unix:///run/kms.sock", "/run/kms.sock"),
            ("UNIX:///run/kms.sock", "/run/kms.sock"),
            ("unix:/run/kms.sock", "/run/kms.sock"),
            ("unix://host/run/kms.sock", "/run/kms.sock"),
            ("unix:///run/kms.sock?a=b#c", "/run/kms.sock"),
            ("unix:///run/a%20b.sock", "/run/a b.sock"),
            ("unix:///@kms", "\0kms"),
            ("unix:///@dir/kms", "\0dir/kms"),
            ("unix:///dir/@kms", "/dir/@kms"),
        ] {
            let endpoint = Endpoint::parse(given).expect(given);
            assert_eq!(endpoint.socket(), Path::new(socket), "{given}");
        }
    }

    #[test]
    fn what_names_no_socket_is_refused_with_the_reason() {
        let cases = [
            ("", "remote KMS provider can't use empty string as endpoint"),
            (
                "http:///run/kms.sock",
                r#"unsupported scheme "http" for remote KMS provider"#,
            ),
            (
                "/run/kms.sock",
                r#"unsupported scheme "" for remote KMS provider"#,
            ),
            (
                "unix:kms.sock",
                r#"endpoint "unix:kms.sock" for remote KMS provider has no absolute path: write unix:///path/of/its.sock"#,
            ),
            (
                "unix://kms.sock",
                r#"endpoint "unix://kms.sock" for remote KMS provider has no absolute path: write unix:///path/of/its.sock"#,
            ),
            (
                "unix\n:///a",
                r#"invalid endpoint "unix\n:///a" for remote KMS provider, error: parse "unix\n:///a": net/url: invalid control character in URL"#,
            ),
            (
                ":///a",
                r#"invalid endpoint ":///a" for remote KMS provider, error: parse ":///a": missing protocol scheme"#,
            ),
            (
                "1unix:/a",
                r#"invalid endpoint "1unix:/a" for remote KMS provider, error: parse "1unix:/a": first path segment in URL cannot contain colon"#,
            ),
            (
                "unix:///%zz",
                r#"invalid endpoint "unix:///%zz" for remote KMS provider, error: parse "unix:///%zz": invalid URL escape "%zz""#,
            ),
            (
                "unix:///a%2",
                r#"invalid endpoint "unix:///a%2" for remote KMS provider, error: parse "unix:///a%2": invalid URL escape "%2""#,
            ),
        ];
        for (given, text) in cases {
            let error = Endpoint::parse(given).expect_err("no socket");
            assert_eq!(error.to_string(), text);
        }
    }
}
