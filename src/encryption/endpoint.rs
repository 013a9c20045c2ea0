use crate::storage::Quoted;

/// A text that is no URL, in the words of Go's parser.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("parse {}: {flaw}", Quoted(url))]
pub struct UrlError {
    url: String,
    flaw: Flaw,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Flaw {
    #[error("net/url: invalid control character in URL")]
    Control,
    #[error("missing protocol scheme")]
    NoScheme,
    #[error("first path segment in URL cannot contain colon")]
    Colon,
    #[error("invalid URL escape {}", Quoted(.0))]
    Escape(String),
}

/// The scheme of a URL, in lower case; empty where there is none.
///
/// Looks at what all URLs have in common. What stands for the host is not looked at: a socket has none.
///
/// # Errors
///
/// The text is no URL.
pub(super) fn scheme(url: &str) -> Result<String, UrlError> {
    let flawed = |flaw| UrlError {
        url: url.to_owned(),
        flaw,
    };
    if url.bytes().any(|byte| byte.is_ascii_control()) {
        return Err(flawed(Flaw::Control));
    }
    let (scheme, rest) = split(url).ok_or_else(|| flawed(Flaw::NoScheme))?;
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    if !scheme.is_empty() && !path.starts_with('/') {
        // `mailto:somebody` has no path, but whatever its scheme makes of it.
        return Ok(scheme.to_ascii_lowercase());
    }
    let first = path.split('/').next().unwrap_or_default();
    if first.contains(':') {
        return Err(flawed(Flaw::Colon));
    }
    match bad_escape(path) {
        Some(escape) => Err(flawed(Flaw::Escape(escape))),
        None => Ok(scheme.to_ascii_lowercase()),
    }
}

/// What is before the colon, if that is a scheme, and what follows. Nothing where the colon comes first.
fn split(url: &str) -> Option<(&str, &str)> {
    match url.split_once(':') {
        Some(("", _)) => None,
        Some((scheme, rest)) if is_scheme(scheme) => Some((scheme, rest)),
        _ => Some(("", url)),
    }
}

fn is_scheme(text: &str) -> bool {
    let mut letters = text.chars();
    letters
        .next()
        .is_some_and(|letter| letter.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
}

/// The first percent sign that two hexadecimal digits do not follow, with what follows.
fn bad_escape(path: &str) -> Option<String> {
    let mut pieces = path.split('%');
    let _before = pieces.next();
    pieces
        .map(|piece| piece.chars().take(2).collect::<String>())
        .find(|digits| digits.len() < 2 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
        .map(|digits| format!("%{digits}"))
}

#[cfg(test)]
mod tests {
    use super::scheme;

    #[test]
    fn the_scheme_is_what_go_takes_for_it() {
        for (url, expected) in [
            ("unix:///tmp/kms.sock", "unix"),
            ("UNIX:///tmp/kms.sock", "unix"),
            ("unix:@kms", "unix"),
            ("https://www.foo.com", "https"),
            ("/tmp/kms.sock", ""),
            ("tmp", ""),
            ("/tmp/a:b", ""),
            ("unix:///tmp/%20a?b%zz", "unix"),
        ] {
            assert_eq!(scheme(url).as_deref(), Ok(expected), "{url}");
        }
    }

    #[test]
    fn what_is_no_url_is_refused_in_the_words_of_go() {
        for (url, refusal) in [
            (
                "unix:///foo\n.socket",
                r#"parse "unix:///foo\n.socket": net/url: invalid control character in URL"#,
            ),
            (":::", r#"parse ":::": missing protocol scheme"#),
            (
                "1unix:/",
                r#"parse "1unix:/": first path segment in URL cannot contain colon"#,
            ),
            (
                "unix:///%zz",
                r#"parse "unix:///%zz": invalid URL escape "%zz""#,
            ),
            (
                "unix:///%2",
                r#"parse "unix:///%2": invalid URL escape "%2""#,
            ),
        ] {
            assert_eq!(scheme(url).expect_err(url).to_string(), refusal);
        }
    }
}
