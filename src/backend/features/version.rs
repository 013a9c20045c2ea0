//! Which versions of etcd do what.

use std::cmp::Ordering;

/// `major.minor.patch`, and whether it comes before that release.
type Version = ((u64, u64, u64), bool);

/// Whether a server of this version answers a request for progress with what its watches were told (etcd's fault 15220, which
/// 3.4.31 and 3.5.13 are free of). One whose version cannot be read does not.
pub(super) fn answers_requests_for_progress(version: &str) -> bool {
    let Some(version) = parse(version) else {
        return false;
    };
    let is_before = |release| order(version, (release, false)) == Ordering::Less;
    !is_before((3, 4, 31)) && (is_before((3, 5, 0)) || !is_before((3, 5, 13)))
}

fn order(one: Version, other: Version) -> Ordering {
    // What comes before a release is less than it.
    one.0.cmp(&other.0).then(other.1.cmp(&one.1))
}

/// `3.5.13`, with a `v` before it or `-rc.1`, `+build` behind it. What comes before one release is not told apart.
fn parse(text: &str) -> Option<Version> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let (text, build) = text
        .split_once('+')
        .map_or((text, None), |(text, build)| (text, Some(build)));
    let (text, before) = text
        .split_once('-')
        .map_or((text, None), |(text, before)| (text, Some(before)));
    let is_empty = |part: Option<&str>| part.is_some_and(str::is_empty);
    if is_empty(build) || is_empty(before) {
        return None;
    }
    let mut numbers = text.split('.').map(number);
    let (Some(major), Some(minor), Some(patch), None) = (
        numbers.next(),
        numbers.next(),
        numbers.next(),
        numbers.next(),
    ) else {
        return None;
    };
    Some(((major?, minor?, patch?), before.is_some()))
}

/// Digits and nothing else, without needless zeros.
fn number(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = text == "0" || !text.starts_with('0');
    (digits && plain).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::answers_requests_for_progress;

    #[test]
    fn versions_that_answer_and_others() {
        for (version, answers) in [
            ("3.3.27", false),
            ("3.4.0", false),
            ("3.4.23", false),
            ("3.4.30", false),
            ("3.4.31-rc.0", false),
            ("3.4.31", true),
            ("3.4.40", true),
            // Before 3.5.0 by the order of versions, and so taken for one of 3.4.
            ("3.5.0-alpha.1", true),
            ("3.5.0", false),
            ("3.5.12", false),
            ("3.5.13-rc.1", false),
            ("3.5.13", true),
            ("v3.5.13", true),
            ("3.5.13+build.7", true),
            ("3.5.30", true),
            ("3.6.0", true),
            ("4.0.0", true),
            ("2.3.8", false),
            ("", false),
            ("3.5", false),
            ("3.5.13.1", false),
            ("3.5.x", false),
            ("3.05.13", false),
            ("+3.5.13", false),
            ("3.5.13-", false),
            ("3.5.13+", false),
            ("3.5.-13", false),
            ("99999999999999999999.0.0", false),
            ("cluster version not decided", false),
        ] {
            assert_eq!(
                answers_requests_for_progress(version),
                answers,
                "{version:?}"
            );
        }
    }
}
