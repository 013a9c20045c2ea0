use k8s_openapi::api::core::v1::Pod;

use super::{ReadPlan, plan_list};
use crate::storage::{
    ContinueToken, Error, ListOptions, ResourceVersion, ResourceVersionMatch, SelectionPredicate,
    expired_list,
};

const PREFIX: &str = "/registry/pods/";

/// Options of a recursive list.
fn options(version: &str, matching: &str, limit: i64, token: &str) -> ListOptions<Pod> {
    ListOptions {
        resource_version: version.to_owned(),
        resource_version_match: match matching {
            "" => ResourceVersionMatch::Unset,
            "Exact" => ResourceVersionMatch::Exact,
            "NotOlderThan" => ResourceVersionMatch::NotOlderThan,
            other => ResourceVersionMatch::Other(other.to_owned()),
        },
        predicate: SelectionPredicate {
            limit,
            continue_token: token.to_owned(),
            ..SelectionPredicate::everything()
        },
        recursive: true,
    }
}

fn single(mut options: ListOptions<Pod>) -> ListOptions<Pod> {
    options.recursive = false;
    options
}

fn token(revision: i64) -> String {
    ContinueToken::encode("/registry/pods/continue", PREFIX, revision).expect("below")
}

/// The version it reads at exactly, and the one that the answer may not be older than; zero is none.
fn versions(options: &ListOptions<Pod>) -> (u64, u64) {
    let plan = plan_list(PREFIX, options).expect("valid options");
    assert!(plan.continued || plan.start == PREFIX);
    let exactly = plan.exactly.map_or(0, ResourceVersion::get);
    (exactly, plan.not_older_than.get())
}

fn refusal(options: &ListOptions<Pod>) -> Error {
    plan_list(PREFIX, options).expect_err("invalid options")
}

#[test]
fn versions_are_read_as_the_match_and_the_limit_say() {
    for (version, matching, limit, expected) in [
        ("", "", 0, (0, 0)),
        ("", "", 5, (0, 0)),
        ("", "Exact", 0, (0, 0)),
        ("", "NotOlderThan", 0, (0, 0)),
        ("", "Unknown", 0, (0, 0)),
        ("0", "", 5, (0, 0)),
        ("0", "NotOlderThan", 0, (0, 0)),
        ("0", "Exact", 0, (0, 0)),
        ("200", "", 0, (0, 200)),
        ("200", "", 5, (200, 0)),
        ("200", "NotOlderThan", 0, (0, 200)),
        ("200", "NotOlderThan", 5, (0, 200)),
        ("200", "Exact", 0, (200, 0)),
        ("200", "Exact", 5, (200, 0)),
    ] {
        let options = options(version, matching, limit, "");
        assert_eq!(versions(&options), expected, "{options:?}");
    }
    assert_eq!(versions(&single(options("200", "", 5, ""))), (0, 200));
    assert_eq!(versions(&single(options("200", "Exact", 5, ""))), (200, 0));
}

#[test]
fn a_token_decides_where_to_go_on() {
    for version in ["", "0"] {
        for matching in ["", "Exact", "NotOlderThan", "Unknown"] {
            for (revision, exactly) in [(100, Some(100)), (-1, None), (-7, None)] {
                let options = options(version, matching, 1, &token(revision));
                let plan = plan_list(PREFIX, &options).expect("valid options");
                let expected = ReadPlan {
                    start: "/registry/pods/continue".to_owned(),
                    exactly: exactly.map(ResourceVersion::new),
                    not_older_than: ResourceVersion::UNSET,
                    continued: true,
                };
                assert_eq!(plan, expected, "{options:?}");
            }
        }
    }
}

#[test]
fn a_list_that_expired_begins_again_where_it_began() {
    let expired = |options: &ListOptions<Pod>| {
        let plan = plan_list(PREFIX, options).expect("valid options");
        plan.expired(PREFIX)
    };
    assert_eq!(expired(&options("200", "Exact", 1, "")), expired_list());
    let start = |token: &str| {
        let status = expired(&options("", "", 1, token));
        let replacement = status.metadata.continue_.expect("a replacement");
        let read = ContinueToken::decode(&replacement, PREFIX).expect("a token");
        (read.start, read.revision)
    };
    let inside = "/registry/pods/continue".to_owned();
    assert_eq!(start(&token(100)), (inside, -1));
    let whole = ContinueToken::encode("/registry/pods//", PREFIX, 100).expect("below");
    assert_eq!(start(&whole), (PREFIX.to_owned(), -1));
}

#[test]
fn a_single_object_has_no_pages() {
    for token in [token(100), "%%%".to_owned()] {
        let options = single(options("200", "", 1, &token));
        assert_eq!(versions(&options), (0, 200));
        let plan = plan_list(PREFIX, &options).expect("valid options");
        assert!(!plan.continued);
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    for (given, code, text) in [
        (
            options("200", "", 0, &token(100)),
            Some(400),
            "specifying resource version is not allowed when using continue",
        ),
        (
            options("abc", "Unknown", 0, &token(100)),
            Some(400),
            "specifying resource version is not allowed when using continue",
        ),
        (
            options("abc", "", 0, "%%%"),
            Some(400),
            "invalid continue token: continue key is not valid: ",
        ),
        (
            options("", "", 0, &token(0)),
            Some(400),
            "invalid continue token: continue key is not valid: incorrect encoded start resourceVersion \
             (version meta.k8s.io/v1)",
        ),
        (
            options("abc", "", 0, ""),
            Some(400),
            "invalid resource version: resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing \"abc\": \
             invalid syntax",
        ),
        (
            options("abc", "Unknown", 0, ""),
            Some(400),
            "invalid resource version: ",
        ),
        (
            options("200", "Unknown", 0, ""),
            None,
            "unknown ResourceVersionMatch value: Unknown",
        ),
        (
            options("0", "Unknown", 0, ""),
            None,
            "unknown ResourceVersionMatch value: Unknown",
        ),
    ] {
        let error = refusal(&given);
        assert!(error.to_string().starts_with(text), "{error}");
        assert_eq!(error.status().and_then(|status| status.code), code);
    }
}
