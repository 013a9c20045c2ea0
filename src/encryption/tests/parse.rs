use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    super::{EncryptionConfiguration, KmsConfiguration},
    entry, file, provider, secret,
};

fn parsed(text: &str) -> EncryptionConfiguration {
    EncryptionConfiguration::parse(text.as_bytes()).expect(text)
}

fn refused(text: &str) -> String {
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

/// Configurations as JSON: right ones, and such that break rules, but no field of another type.
fn configuration() -> impl Strategy<Value = Value> {
    let key = ("[a-z]{0,3}", "[A-Za-z0-9+/=]{0,12}")
        .prop_map(|(name, secret)| json!({"name": name, "secret": secret}));
    let keys = prop::collection::vec(key, 0..3);
    let keyed = (
        prop::sample::select(vec!["aesgcm", "aescbc", "secretbox"]),
        keys,
    )
        .prop_map(|(kind, keys)| json!({kind: {"keys": keys}}));
    let kms = (
        prop::sample::select(vec!["", "v1", "v2", "v3"]),
        "[a-z:]{0,3}",
        any::<Option<i32>>(),
        prop::sample::select(vec!["3s", "0s", "-1m", "1h2m3.5s"]),
    )
        .prop_map(|(version, name, cache, timeout)| {
            json!({"kms": {"apiVersion": version, "name": name, "cachesize": cache, "timeout": timeout}})
        });
    let provider = prop_oneof![keyed, kms, Just(json!({"identity": {}})), Just(json!({}))];
    let entry = (
        prop::collection::vec("[a-z*]{0,3}\\.?[a-z*]{0,3}", 0..3),
        prop::collection::vec(provider, 0..3),
    )
        .prop_map(|(resources, providers)| json!({"resources": resources, "providers": providers}));
    prop::collection::vec(entry, 0..3).prop_map(
        |entries| json!({"apiVersion": "v1", "kind": "EncryptionConfig", "resources": entries}),
    )
}

/// What the file says, written down again.
fn printed(configuration: &EncryptionConfiguration) -> Value {
    let keys = |keys: &super::super::Keys| {
        let keys = keys.keys.iter().map(|key| {
            let secret = str::from_utf8(key.secret.expose()).expect("a text");
            json!({"name": key.name, "secret": secret})
        });
        json!({"keys": keys.collect::<Vec<_>>()})
    };
    let providers = |entry: &super::super::ResourceConfiguration| {
        let providers = entry.providers.iter().map(|provider| {
            let kms = provider.kms.as_ref().map(|kms| {
                json!({
                    "apiVersion": kms.api_version, "name": kms.name, "cachesize": kms.cache_size,
                    "endpoint": kms.endpoint, "timeout": kms.timeout.to_string(),
                })
            });
            json!({
                "aesgcm": provider.aes_gcm.as_ref().map(keys),
                "aescbc": provider.aes_cbc.as_ref().map(keys),
                "secretbox": provider.secretbox.as_ref().map(keys),
                "identity": provider.identity.then(|| json!({})),
                "kms": kms,
            })
        });
        providers.collect::<Vec<_>>()
    };
    let entries = configuration.resources.iter();
    let entries =
        entries.map(|entry| json!({"resources": entry.resources, "providers": providers(entry)}));
    json!({
        "apiVersion": "v1", "kind": "EncryptionConfig", "resources": entries.collect::<Vec<_>>()
    })
}

/// The paths of all objects in a document.
fn objects(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.push(path.to_owned());
            for (name, value) in fields {
                objects(value, &format!("{path}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                objects(item, &format!("{path}/{index}"), found);
            }
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn what_is_printed_is_parsed(document in configuration()) {
        let configuration = parsed(&document.to_string());
        prop_assert_eq!(&parsed(&printed(&configuration).to_string()), &configuration);
        // JSON that does not begin as such is read as YAML.
        prop_assert_eq!(&parsed(&format!("--- {document}")), &configuration);
        let _broken_or_not = configuration.validate(true);
    }

    #[test]
    fn any_unknown_field_is_refused(document in configuration(), at in any::<prop::sample::Index>()) {
        let mut paths = Vec::new();
        objects(&document, "", &mut paths);
        let path = &paths[at.index(paths.len())];
        let mut document = document;
        document.pointer_mut(path).expect("just found")["pandas"] = json!(1);
        for text in [document.to_string(), format!("--- {document}")] {
            let refusal = refused(&text);
            prop_assert!(refusal.starts_with("strict decoding error: unknown field"), "{}", refusal);
            prop_assert!(refusal.ends_with("pandas\""), "{}", refusal);
        }
    }

    /// Whatever slips into a file, no error tells a key.
    #[test]
    fn errors_never_tell_a_secret(
        at in any::<prop::sample::Index>(),
        slip in "[-?:,\\[\\]{}#&*!|>'\"%@` \n\t\\\\0a]{1,3}",
        is_json in any::<bool>(),
    ) {
        let secret = secret('a');
        let key = json!({"name": "a", "secret": secret});
        let text = if is_json {
            json!({"kind": "EncryptionConfig", "apiVersion": "v1", "resources": [{
                "resources": ["secrets"], "providers": [{"aesgcm": {"keys": [key]}}]
            }]}).to_string()
        } else {
            file(&[entry("[secrets]", &[format!("aesgcm:\n      keys:\n      - name: a\n        secret: {secret}")])])
        };
        let start = text.find(&secret).expect("just written");
        let places: Vec<_> = (0..=start).chain(start + secret.len()..=text.len()).collect();
        let at = places[at.index(places.len())];
        let slipped = [&text[..at], &slip, &text[at..]].concat();
        match EncryptionConfiguration::parse(slipped.as_bytes()) {
            Err(error) => prop_assert!(!error.to_string().contains(&secret), "{}", error),
            Ok(configuration) => {
                let errors = configuration.validate(true).err().map(|errors| errors.to_string());
                prop_assert!(!errors.unwrap_or_default().contains(&secret));
            }
        }
    }

    #[test]
    fn no_bytes_panic(text in prop::collection::vec(any::<u8>(), 0..96)) {
        let _outcome = EncryptionConfiguration::parse(&text);
    }

    #[test]
    fn no_text_panics(text in "([-?:,\\[\\]{}#&*!|>'\"%@`~ \n\t]|kind|apiVersion|resources|<<|[a-z0-9]){0,40}") {
        let _outcome = EncryptionConfiguration::parse(text.as_bytes());
    }
}
