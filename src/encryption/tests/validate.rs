use super::{super::EncryptionConfiguration, broken, entry, file, provider};

fn resources(names: &str) -> Vec<String> {
    broken(&file(&[entry(names, &["identity: {}".to_owned()])]), false)
}

fn providers(lines: &[&str]) -> Vec<String> {
    let lines: Vec<_> = lines.iter().map(|line| (*line).to_owned()).collect();
    broken(&file(&[entry("[secrets]", &lines)]), false)
}

fn kms(fields: &str) -> Vec<String> {
    let line = format!("kms: {{{fields}}}");
    let errors = providers(&[&line]);
    let path = "resources[0].providers[0].kms.";
    errors
        .iter()
        .map(|error| {
            error
                .strip_prefix(path)
                .expect("of this provider")
                .to_owned()
        })
        .collect()
}

#[test]
fn a_list_that_must_have_entries_is_named() {
    assert_eq!(
        broken("kind: EncryptionConfig\napiVersion: v1\n", false),
        ["resources: Required value: at least one resources is required"]
    );
    assert_eq!(
        broken(&file(&["- {}\n".to_owned()]), false),
        [
            "resources[0].resources: Required value: at least one resources[0].resources is required",
            "resources[0].providers: Required value: at least one resources[0].providers is required",
        ]
    );
    assert_eq!(
        providers(&["secretbox: {}"]),
        ["resources[0].providers[0].secretbox.keys: Required value: at least one keys is required"]
    );
}

#[test]
fn a_name_breaks_the_first_rule_that_it_breaks() {
    let rows = [
        (
            "Secrets",
            "resource name should not contain capital letters",
        ),
        (
            "secrets.Apps",
            "resource name should not contain capital letters",
        ),
        (
            "*",
            "use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources",
        ),
        (
            "apiserveripinfo",
            "resources which do not have REST API/s cannot be encrypted",
        ),
        (
            "serviceipallocations",
            "resources which do not have REST API/s cannot be encrypted",
        ),
        (
            "servicenodeportallocations",
            "resources which do not have REST API/s cannot be encrypted",
        ),
        (
            "*.events.k8s.io",
            "'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' instead in the config file",
        ),
        (
            "events.events.k8s.io",
            "'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' instead in the config file",
        ),
        (
            "*.extensions",
            "'extensions' group has been removed and cannot be used for encryption",
        ),
        (
            "pods.*",
            "encrypting the same resource across groups is not supported",
        ),
    ];
    for (name, rule) in rows {
        let expected = format!("resources[0].resources[1]: Invalid value: \"{name}\": {rule}");
        assert_eq!(resources(&format!("[a.b, '{name}']")), [expected]);
    }
    for valid in [
        "secrets",
        "secrets.",
        "'*.'",
        "'*.apps'",
        "'*.*'",
        "pandas.awesome.bears.example",
    ] {
        assert!(resources(&format!("[{valid}]")).is_empty(), "{valid}");
    }
}

#[test]
fn resources_are_listed_once_and_not_beside_what_covers_them() {
    const DUPLICATE: &str = "the same resource cannot be specified multiple times";
    const OVERLAP: &str = "using overlapping resources such as 'secrets' and '*.' in the same resource list is not allowed as they will be masked";
    let rows: [(&str, &str, &[&str]); 10] = [
        ("[a, b, a, a]", r#"["a","b","a","a"]"#, &[DUPLICATE]),
        ("[a, a.]", r#"["a","a."]"#, &[DUPLICATE]),
        ("[a, '*.']", r#"["a","*."]"#, &[OVERLAP]),
        ("['*.b', a.b]", r#"["*.b","a.b"]"#, &[OVERLAP]),
        ("[a, '*.*']", r#"["a","*.*"]"#, &[OVERLAP]),
        ("['*.*', '*.']", r#"["*.*","*."]"#, &[OVERLAP]),
        ("['*.', '*.']", r#"["*.","*."]"#, &[DUPLICATE, OVERLAP]),
        ("['*.*', '*.*']", r#"["*.*","*.*"]"#, &[DUPLICATE, OVERLAP]),
        ("[a, '*.b', '*.c']", "", &[]),
        ("[a, a.b, '*.c']", "", &[]),
    ];
    for (names, shown, rules) in rows {
        let expected: Vec<_> = rules
            .iter()
            .map(|rule| format!("resources[0].resources: Invalid value: {shown}: {rule}"))
            .collect();
        assert_eq!(resources(names), expected, "{names}");
    }
}

#[test]
fn a_provider_is_of_one_kind() {
    assert_eq!(
        providers(&["{}", "identity: null"]),
        [0, 1].map(|index| format!(
            "resources[0].providers[{index}]: Invalid value: {{}}: provider does not contain any of the expected \
             providers: KMS, AESGCM, AESCBC, Secretbox, Identity"
        ))
    );
    let two = format!("{{{}, identity: {{}}}}", provider("aescbc", "a"));
    assert_eq!(
        providers(&[&two]),
        [
            "resources[0].providers[0]: Invalid value: {\"aescbc\":\"REDACTED\",\"identity\":\"REDACTED\"}: more than one \
             provider specified in a single element, should split into different list elements"
        ]
    );
}

#[test]
fn keys_have_names_and_secrets_that_fit() {
    let line =
        |kind: &str, secret: &str| format!("{kind}: {{keys: [{{name: a, secret: {secret}}}]}}");
    let path = |kind: &str, rest: &str| format!("resources[0].providers[0].{kind}.keys[0].{rest}");
    for kind in ["aesgcm", "aescbc", "secretbox"] {
        assert_eq!(
            providers(&[&format!("{kind}: {{keys: [{{}}]}}")]),
            [
                path(
                    kind,
                    "name: Required value: name is a mandatory field for a key"
                ),
                path(
                    kind,
                    "secret: Required value: secret is a mandatory field for a key"
                ),
            ]
        );
        for secret in ["'%'", "YQ", "YQ==YQ==", "YQ-_"] {
            assert_eq!(
                providers(&[&line(kind, secret)]),
                [path(
                    kind,
                    "secret: Invalid value: \"REDACTED\": secrets must be base64 encoded"
                )]
            );
        }
        let lengths = if kind == "secretbox" {
            "[32]"
        } else {
            "[16 24 32]"
        };
        assert_eq!(
            providers(&[&line(kind, "YWJj")]),
            [path(
                kind,
                &format!(
                    "secret: Invalid value: \"REDACTED\": secret is not of the expected length, got 3, expected one of {lengths}"
                )
            )]
        );
    }
    // An end of line in the middle, and bits left over in the last letter, do not matter.
    let folded = "\"c2VjcmV0IGlz\\nIHNlY3VyZR==\"";
    assert!(providers(&[&line("aesgcm", folded)]).is_empty());
}

#[test]
fn key_services_are_named_and_can_be_reached() {
    let socket = "endpoint: 'unix:///a'";
    let rows: [(String, &[&str]); 14] = [
        (format!("name: a, {socket}"), &[]),
        (format!("apiVersion: v2, name: a, {socket}"), &[]),
        (format!("name: 'a:b', {socket}"), &[]),
        (format!("name: a, {socket}, cachesize: -1"), &[]),
        (
            socket.to_owned(),
            &["name: Required value: name is a mandatory field for a provider"],
        ),
        (
            format!("apiVersion: v2, name: 'a:b', {socket}"),
            &[r#"name: Invalid value: "a:b": invalid KMS provider name a:b, must not contain ':'"#],
        ),
        (
            format!("name: a, {socket}, timeout: 0s"),
            &[r#"timeout: Invalid value: "0s": timeout should be a positive value"#],
        ),
        (
            format!("name: a, {socket}, timeout: -1m"),
            &[r#"timeout: Invalid value: "-1m0s": timeout should be a positive value"#],
        ),
        (
            "name: a".to_owned(),
            &["endpoint: Invalid value: \"\": endpoint is a mandatory field for a kms"],
        ),
        (
            "name: a, endpoint: 'https://www.foo.com'".to_owned(),
            &[
                r#"endpoint: Invalid value: "https://www.foo.com": unsupported scheme "https" for KMS provider, only unix is supported"#,
            ],
        ),
        (
            r#"name: a, endpoint: "unix:///foo\n.socket""#.to_owned(),
            &[
                r#"endpoint: Invalid value: "unix:///foo\n.socket": invalid endpoint for kms provider, error: parse "unix:///foo\n.socket": net/url: invalid control character in URL"#,
            ],
        ),
        (
            format!("name: a, {socket}, cachesize: 0"),
            &[
                "cachesize: Invalid value: 0: cachesize should be a positive value, or negative to disable",
            ],
        ),
        (
            format!("apiVersion: v2, name: a, {socket}, cachesize: 7"),
            &["cachesize: Invalid value: 7: cachesize is not supported in v2"],
        ),
        (
            format!("apiVersion: v3, name: a, {socket}"),
            &[
                r#"apiVersion: Invalid value: "v3": unsupported apiVersion apiVersion for KMS provider, only v1 and v2 are supported"#,
            ],
        ),
    ];
    for (fields, expected) in rows {
        assert_eq!(kms(&fields), expected, "{fields}");
    }
}

#[test]
fn names_of_key_services_tell_them_apart() {
    const DUPLICATE: &str =
        r#"name: Invalid value: "a": duplicate KMS provider name a, names must be unique"#;
    // Versions in the order of the file, and whether the second is refused at first and when it is loaded again.
    for (versions, at_first, again) in [
        (["v1", "v1"], false, true),
        (["v1", "v2"], true, true),
        (["v2", "v1"], false, true),
        (["v2", "v2"], true, true),
    ] {
        let services = versions.map(|version| {
            format!("kms: {{apiVersion: {version}, name: a, endpoint: 'unix:///a'}}")
        });
        let together = file(&[entry("[secrets]", &services)]);
        let [first, second] = services;
        let apart = file(&[entry("[secrets]", &[first]), entry("[pods]", &[second])]);
        let places = [
            (together, "resources[0].providers[1].kms."),
            (apart, "resources[1].providers[0].kms."),
        ];
        for (text, place) in places {
            for (reload, is_refused) in [(false, at_first), (true, again)] {
                let expected = is_refused.then(|| format!("{place}{DUPLICATE}"));
                assert_eq!(broken(&text, reload), expected.as_slice(), "{versions:?}");
            }
        }
    }
}

#[test]
fn all_errors_are_told_at_once_and_each_once() {
    let text = file(&[entry("[Pods, Pods]", &["{}".to_owned()])]);
    let configuration = EncryptionConfiguration::parse(text.as_bytes()).expect("YAML");
    let errors = configuration.validate(false).expect_err("several");
    assert_eq!(errors.0.len(), 4);
    let text = errors.to_string();
    assert!(
        text.starts_with("[resources[0].resources: Invalid value: "),
        "{text}"
    );
    assert!(text.ends_with("Identity]"), "{text}");
    assert_eq!(text.matches(": Invalid value: ").count(), 4);
}
