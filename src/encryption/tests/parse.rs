use serde_json::json;

use super::{
    super::{EncryptionConfiguration, KmsConfiguration},
    entry, file, provider, secret,
};

pub(super) fn parsed(text: &str) -> EncryptionConfiguration {
    EncryptionConfiguration::parse(text.as_bytes()).expect(text)
}

pub(super) fn refused(text: &str) -> String {
    let error = EncryptionConfiguration::parse(text.as_bytes()).expect_err(text);
    error.to_string()
}

const EVERY_KIND: &str = "
kind: EncryptionConfiguration
apiVersion: apiserver.config.k8s.io/v1
resources:
  - resources: [secrets, '*.apps']
    providers:
      - aesgcm:
          keys:
            - name: key1
              secret: c2VjcmV0IGlzIHNlY3VyZQ==
      - kms:
          name: one
          endpoint: unix:///tmp/one.sock
      - kms: {apiVersion: v2, name: two, endpoint: 'unix:///tmp/two.sock', timeout: 1m30s}
      - aescbc: {keys: []}
      - secretbox: {keys: [{name: a, secret: b}, {}]}
      - identity: {}
      - identity:
";

#[test]
fn yaml_and_json_say_the_same() {
    let configuration = parsed(EVERY_KIND);
    let json = json!({
        "kind": "EncryptionConfiguration",
        "apiVersion": "apiserver.config.k8s.io/v1",
        "resources": [{
            "resources": ["secrets", "*.apps"],
            "providers": [
                {"aesgcm": {"keys": [{"name": "key1", "secret": "c2VjcmV0IGlzIHNlY3VyZQ=="}]}},
                {"kms": {"name": "one", "endpoint": "unix:///tmp/one.sock"}},
                {"kms": {"apiVersion": "v2", "name": "two", "endpoint": "unix:///tmp/two.sock", "timeout": "1m30s"}},
                {"aescbc": {"keys": []}},
                {"secretbox": {"keys": [{"name": "a", "secret": "b"}, {"name": null}]}},
                {"identity": {}},
                {"identity": null},
            ]
        }]
    });
    assert_eq!(parsed(&json.to_string()), configuration);
    let providers = &configuration.resources[0].providers;
    assert_eq!(configuration.resources[0].resources, ["secrets", "*.apps"]);
    assert_eq!(providers.len(), 7);
    assert!(providers[5].identity);
    assert!(!providers[6].identity);
}

#[test]
fn what_may_be_missing_has_a_default() {
    let configuration = parsed(EVERY_KIND);
    let kms: Vec<&KmsConfiguration> = configuration.resources[0]
        .providers
        .iter()
        .filter_map(|provider| provider.kms.as_ref())
        .collect();
    assert_eq!(
        (kms[0].api_version.as_str(), kms[0].cache_size),
        ("v1", Some(1000))
    );
    assert_eq!(kms[0].timeout.to_string(), "3s");
    assert_eq!(
        (kms[1].api_version.as_str(), kms[1].cache_size),
        ("v2", None)
    );
    assert_eq!(kms[1].timeout.to_string(), "1m30s");
}

#[test]
fn the_name_of_old_documentation_is_known() {
    let text = "kind: EncryptionConfig\napiVersion: v1\nresources: []\n";
    assert_eq!(parsed(text), EncryptionConfiguration::default());
}

#[test]
fn other_kinds_are_refused() {
    for (kind, version, refusal) in [
        ("", "v1", "Object 'Kind' is missing"),
        ("EncryptionConfig", "''", "Object 'apiVersion' is missing"),
        (
            "EncryptionConfigurations",
            "apiserver.config.k8s.io/v1",
            r#"no kind "EncryptionConfigurations" is registered for version "apiserver.config.k8s.io/v1""#,
        ),
        (
            "EncryptionConfiguration",
            "v1",
            r#"no kind "EncryptionConfiguration" is registered for version "v1""#,
        ),
        (
            "TracingConfiguration",
            "apiserver.config.k8s.io/v1",
            "got unexpected config type: apiserver.config.k8s.io/v1, Kind=TracingConfiguration",
        ),
    ] {
        let text = format!("kind: {kind}\napiVersion: {version}\nresources: []\n");
        assert_eq!(refused(&text), refusal);
    }
}

#[test]
fn unknown_fields_are_refused_by_their_place() {
    let typo = EVERY_KIND.replace("timeout: 1m30s", "pandas: are the best");
    assert_eq!(
        refused(&typo),
        r#"strict decoding error: unknown field "resources[0].providers[2].kms.pandas""#
    );
    let two = EVERY_KIND.replace("name: key1", "nam: key1") + "extra: 1\n";
    assert_eq!(
        refused(&two),
        r#"strict decoding error: unknown field "resources[0].providers[0].aesgcm.keys[0].nam", unknown field "extra""#
    );
    // Names are told apart by their case.
    let capital = EVERY_KIND.replace("aesgcm:", "AESGCM:");
    assert_eq!(
        refused(&capital),
        r#"strict decoding error: unknown field "resources[0].providers[0].AESGCM""#
    );
}

#[test]
fn fields_that_are_there_twice_are_refused() {
    let yaml = EVERY_KIND.replace("name: one", "name: one\n          name: two");
    let refusal = r#"strict decoding error: duplicate field "resources[0].providers[1].kms.name""#;
    assert_eq!(refused(&yaml), refusal);
    let json = r#"{"kind":"EncryptionConfig","apiVersion":"v1","resources":[],"resources":[],"x":1,"x":2}"#;
    assert_eq!(
        refused(json),
        r#"strict decoding error: duplicate field "resources", unknown field "x""#
    );
}

#[test]
fn fields_of_other_types_are_refused_without_being_shown() {
    let text = "
kind: EncryptionConfig
apiVersion: v1
resources:
- resources: secrets
  providers:
  - aesgcm: {keys: [{name: 7, secret: [hunter2]}, {name: n}]}
  - aescbc: hunter2
  - kms: {cachesize: 4294967296, timeout: 3}
  - kms: {cachesize: hunter2, timeout: soon}
- hunter2
";
    let problems = [
        r#"field "resources[0].resources" must be a list, not a string"#,
        r#"field "resources[0].providers[0].aesgcm.keys[0].name" must be a string, not a number"#,
        r#"field "resources[0].providers[0].aesgcm.keys[0].secret" must be a string, not a list"#,
        // As the API server reads YAML, this is a way to say no.
        r#"field "resources[0].providers[0].aesgcm.keys[1].name" must be a string, not a boolean"#,
        r#"field "resources[0].providers[1].aescbc" must be an object, not a string"#,
        r#"field "resources[0].providers[2].kms.cachesize" must be a whole number of 32 bits, not a number"#,
        r#"field "resources[0].providers[2].kms.timeout" must be a duration such as "3s", not a number"#,
        r#"field "resources[0].providers[3].kms.cachesize" must be a whole number of 32 bits, not a string"#,
        r#"field "resources[0].providers[3].kms.timeout": time: invalid duration "soon""#,
        r#"field "resources[1]" must be an object, not a string"#,
    ];
    let expected = format!("strict decoding error: {}", problems.join(", "));
    assert_eq!(refused(text), expected);
}

#[test]
fn what_is_no_document_is_refused() {
    for (text, refusal) in [
        ("[]", "the document is a list, not an object"),
        ("hunter2", "the document is a string, not an object"),
        ("# nothing\n", "the document is null, not an object"),
        ("{\"kind\":", "EOF while parsing a value at line 1 column 8"),
    ] {
        assert_eq!(refused(text), refusal, "{text}");
    }
    for text in ["a: b: c", "a: [", "\t", "*a", "a: 1\n---\nb: 2\n", "\u{0}"] {
        assert!(!refused(text).is_empty());
    }
}

#[test]
fn aliases_may_be_used_but_not_to_blow_up_a_document() {
    let shared = format!(
        "keys: &keys {{keys: [{{name: a, secret: {}}}]}}\n",
        secret('a')
    );
    let text = file(&[entry("[secrets]", &["aesgcm: *keys".to_owned()])]);
    assert_eq!(
        refused(&(shared + &text)),
        r#"strict decoding error: unknown field "keys""#
    );
    let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(",");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    let refusal = refused(&bomb);
    assert!(refusal.contains("alias"), "{refusal}");
}

#[test]
fn secrets_are_not_shown() {
    let text = file(&[entry("[secrets]", &[provider("aesgcm", "a")])]);
    let shown = format!("{:?}", parsed(&text));
    assert!(shown.contains("REDACTED"), "{shown}");
    assert!(!shown.contains(&secret('a')), "{shown}");
}
