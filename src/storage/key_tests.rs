use super::{KeyError, KeySpace, clean_path};

fn pods() -> KeySpace {
    KeySpace::new("/registry", "/pods/").expect("a valid resource prefix")
}

#[test]
fn path_prefixes_are_made_absolute_and_closed() {
    for (given, full) in [
        ("custom/prefix", "/custom/prefix/"),
        ("/custom//prefix//", "/custom/prefix/"),
        ("/registry", "/registry/"),
        ("/registry/", "/registry/"),
        ("registry/./a/..", "/registry/"),
        ("..", "/"),
        ("/", "/"),
        ("", "/"),
    ] {
        let space = KeySpace::new(given, "/pods/").expect("a valid resource prefix");
        assert_eq!(space.path_prefix(), full);
    }
}

#[test]
fn resource_prefixes_are_checked() {
    for (given, error, text) in [
        (
            "",
            KeyError::NoResourcePrefix,
            "resourcePrefix cannot be empty",
        ),
        (
            "/",
            KeyError::RootResourcePrefix,
            "resourcePrefix cannot be /",
        ),
        (
            "pods/",
            KeyError::RelativeResourcePrefix,
            "resourcePrefix needs to start from /",
        ),
    ] {
        assert_eq!(error.to_string(), text);
        assert_eq!(KeySpace::new("", given), Err(error));
    }
}

#[test]
fn keys_keep_their_slashes() {
    for key in [
        "/pods/foo/bar/baz/a.b.c/",
        "/pods/foo",
        "/pods/foo/bar/baz",
        "/pods/foo/bar..baz/",
        "/pods/foo/bar..",
        "/pods/foo/bar",
        "/pods/foo/bar/",
        "/pods/",
        "/pods//foo",
        "/pods/...",
    ] {
        assert_eq!(
            pods().prepare(key, false).expect(key),
            format!("/registry{key}")
        );
        let recursive = pods().prepare(key, true).expect(key);
        assert!(recursive.ends_with('/') && recursive.starts_with("/registry/pods/"));
    }
    let closed = pods().prepare("/pods", true);
    assert_eq!(closed.as_deref(), Ok("/registry/pods/"));
}

#[test]
fn a_prefix_without_a_slash_is_a_plain_text() {
    let space = KeySpace::new("", "/pods").expect("a valid resource prefix");
    for key in ["/pods", "/podsfoo", "/pods/foo"] {
        assert_eq!(space.prepare(key, false).as_deref(), Ok(key));
    }
}

#[test]
fn keys_with_dot_segments_are_refused_before_anything_else() {
    for key in [
        "/pods/foo/bar/../a.b.c/",
        "/pods/..",
        "/pods/../",
        "/pods/foo/bar/..",
        "/pods/../foo/bar",
        "/pods/../foo",
        "/pods/foo/bar/../",
        "/pods/.",
        "/pods/./",
        "/pods/foo/.",
        "/pods/./bar",
        "/pods/foo/./bar/",
        "/foo/bar/../a.b.c/",
        "..",
        "/..",
        "../",
        "/foo/bar/..",
        "../foo/bar",
        "/../foo",
        "/foo/bar/../",
        ".",
        "/.",
        "./",
        "/./",
        "/foo/.",
        "./bar",
        "/foo/./bar/",
    ] {
        for recursive in [false, true] {
            let error = pods().prepare(key, recursive).expect_err(key);
            assert_eq!(error.to_string(), format!("invalid key: \"{key}\""));
        }
    }
}

#[test]
fn keys_of_nothing_are_refused_before_foreign_ones() {
    for key in ["", "/"] {
        for recursive in [false, true] {
            let error = pods().prepare(key, recursive).expect_err(key);
            assert_eq!(error.to_string(), format!("empty key: \"{key}\""));
        }
    }
}

#[test]
fn foreign_keys_are_shown_as_they_were_compared() {
    for key in ["/pods", "pods", "/pods.apps", "/foo/", "//", "/Pods/foo"] {
        let error = pods().prepare(key, false).expect_err(key);
        assert_eq!(
            error.to_string(),
            format!("invalid key: \"{key}\" lacks resource prefix: \"/pods/\"")
        );
    }
    let error = pods().prepare("/pods.apps", true).expect_err("foreign");
    assert_eq!(
        error.to_string(),
        r#"invalid key: "/pods.apps/" lacks resource prefix: "/pods/""#
    );
}

#[test]
fn paths_are_cleaned_by_their_letters_alone() {
    for (path, clean) in [
        ("/", "/"),
        ("//a//b/", "/a/b"),
        ("/./a/.", "/a"),
        ("/a/../..", "/"),
        ("/a/...", "/a/..."),
        ("/foo\0", "/foo\0"),
    ] {
        assert_eq!(clean_path(path), clean);
    }
}
