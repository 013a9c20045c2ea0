//! Key material is in no message and in nothing that can be printed (backend §9.6, row 96).

use std::sync::Arc;

use super::{read, ready, write};
use crate::value::{
    Secret,
    golden::AT,
    kms::{
        self, RpcError, v1,
        v2::{Provider, proto, scripted::Scripted},
    },
};

const SECRET: &[u8] = b"fifteen pandas!";

/// The secret as it would look in the ways that Rust prints bytes.
fn shows(text: &str) -> bool {
    text.contains("pandas") || text.contains("102, 105, 102") || text.contains("66 69 66")
}

#[test]
fn messages_that_hold_secrets_do_not_show_them() {
    let plain = SECRET.to_vec();
    let messages: [Box<dyn std::fmt::Debug>; 5] = [
        Box::new(proto::DecryptResponse {
            plaintext: plain.clone(),
        }),
        Box::new(proto::EncryptRequest {
            plaintext: plain.clone(),
            uid: String::new(),
        }),
        Box::new(v1::proto::DecryptResponse {
            plain: plain.clone(),
        }),
        Box::new(v1::proto::EncryptRequest {
            plain: plain.clone(),
            version: String::new(),
        }),
        Box::new(Secret::from(plain)),
    ];
    for message in messages {
        let text = format!("{message:?} {message:#?}");
        assert!(!shows(&text), "{text}");
    }
    assert!(shows(&format!("{SECRET:?}")), "the test would not notice");
}

#[tokio::test]
async fn errors_name_keys_by_their_hash() {
    let plugin = Scripted::with_key("fifteen pandas!");
    let transformer = ready(&plugin).await;
    let stored = write(&transformer, AT).expect("written");
    plugin.script().encrypts_with = Some("sixteen pandas!".to_owned());
    let provider = Provider::new("vault", plugin.clone());
    let unhealthy = provider.check().await.expect_err("another key");
    let never = read(
        &crate::value::kms::v2::KmsV2::new(Arc::new(provider)),
        &stored,
        AT,
    )
    .await
    .expect_err("no data key");
    for text in [
        format!("{unhealthy} {unhealthy:?}"),
        format!("{never} {never:?}"),
        format!("{transformer:?}"),
    ] {
        assert!(!shows(&text), "{text}");
    }
    let hash = kms::hashed("fifteen pandas!");
    assert!(unhealthy.to_string().contains(&hash), "{unhealthy}");
}

#[test]
fn calls_that_failed_read_as_in_go() {
    use tonic::Code;
    for (code, name) in [
        (Code::Cancelled, "Canceled"),
        (Code::DeadlineExceeded, "DeadlineExceeded"),
        (Code::Unknown, "Unknown"),
    ] {
        let error = RpcError::new(code, "why");
        assert_eq!(
            error.to_string(),
            format!("rpc error: code = {name} desc = why")
        );
    }
}
