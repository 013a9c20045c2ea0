use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    super::{EncryptionConfiguration, Keys, ResourceConfiguration},
    entry, file,
    parse::{parsed, refused},
    secret,
};

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
    let keys = |keys: &Keys| {
        let keys = keys.keys.iter().map(|key| {
            let secret = str::from_utf8(key.secret.expose()).expect("a text");
            json!({"name": key.name, "secret": secret})
        });
        json!({"keys": keys.collect::<Vec<_>>()})
    };
    let providers = |entry: &ResourceConfiguration| {
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
