use std::fs;

use storeproof::{
    backend::TransportConfig,
    encryption::EncryptionConfiguration,
    etcd3::recorded_revision,
    storage::{ContinueToken, ResourceVersion},
};

/// A continue token of a list: whatever it says, it leads nowhere else.
pub fn continue_token(bytes: &[u8]) {
    const PREFIX: &str = "/registry/pods/";
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    if let Ok(token) = ContinueToken::decode(text, PREFIX) {
        assert!(token.start.starts_with(PREFIX), "{token:?}");
        let again = ContinueToken::encode(&token.start, PREFIX, token.revision)
            .expect("it is below the prefix");
        assert_eq!(ContinueToken::decode(&again, PREFIX), Ok(token));
    }
}

/// The record that all compactors share.
pub fn compact_record(bytes: &[u8]) {
    if let Some(revision) = recorded_revision(bytes) {
        assert_eq!(
            recorded_revision(revision.to_string().as_bytes()),
            Some(revision)
        );
    }
}

/// A resource version, as clients write it.
pub fn resource_version(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    if let Ok(version) = ResourceVersion::parse(text) {
        let number = version.get();
        assert_eq!(
            ResourceVersion::parse(&number.to_string()).ok(),
            Some(version)
        );
    }
}

/// A configuration of encryption at rest, YAML or JSON.
pub fn encryption_configuration(bytes: &[u8]) {
    match EncryptionConfiguration::parse(bytes) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(configuration) => {
            let at_first = configuration.validate(false).is_ok();
            let again = configuration.validate(true).is_ok();
            assert!(
                at_first || !again,
                "what is loaded again keeps to more rules"
            );
        }
    }
}

/// Certificates and a key in one file, which stands for all three.
pub fn tls_files(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("all.pem");
    fs::write(&path, bytes).expect("room for a file");
    let mut config = TransportConfig::of(["https://localhost:2379"]);
    config.trusted_ca_file = Some(path.clone());
    let trusted = config.check_files();
    config.trusted_ca_file = None;
    config.cert_file = Some(path.clone());
    config.key_file = Some(path);
    for outcome in [trusted, config.check_files()] {
        if let Err(error) = outcome {
            assert!(!error.to_string().is_empty());
        }
    }
}
