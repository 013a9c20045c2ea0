//! Clients of key management services against plugins that are slow, wrong, away or dead (backend §7.7, §7.9).

mod away;

use std::{future::Future, pin::pin, sync::Arc, time::Duration};

use bytes::Bytes;
use futures::future::join_all;
use storeproof::value::{
    Context, Error, Opened, Secret, Transformer,
    kms::{
        self, Endpoint, RpcError,
        v1::{self, KmsV1, Service as _},
        v2::{self, KmsV2, Provider, Service as _, proto::EncryptRequest},
    },
};
use storeproof_fixtures::kms::{Calls, Plugin};
use tokio::{net::UnixListener, time::timeout};
use tonic::Code;

/// What anything may take that a test waits for.
const DEADLINE: Duration = Duration::from_secs(20);
/// For calls that must be given up.
const SHORT: Duration = Duration::from_millis(500);
const AT: &str = "/registry/secrets/ns/name";
const PLAIN: &[u8] = b"pandas are the best";

fn v2(plugin: &Plugin, patience: Duration) -> v2::Remote {
    v2::Remote::new(&plugin.endpoint(), patience)
}

fn v1(plugin: &Plugin, patience: Duration) -> v1::Remote {
    v1::Remote::new(&plugin.endpoint(), patience)
}

fn request() -> EncryptRequest {
    EncryptRequest {
        plaintext: b"a seed".to_vec(),
        uid: "1".to_owned(),
    }
}

/// No call takes longer than its patience, but where the machine itself stalls.
async fn soon<T>(work: impl Future<Output = T>) -> T {
    timeout(DEADLINE, work).await.expect("it ends")
}

fn refused<T>(answer: Result<T, RpcError>, code: Code) -> String {
    let Err(error) = answer else {
        panic!("it is answered")
    };
    assert_eq!(error.code(), code, "{error}");
    error.to_string()
}

async fn write(transformer: &dyn Transformer) -> Result<Bytes, Error> {
    let mut stored = Vec::new();
    soon(transformer.to_storage(PLAIN, Context::of_key(AT), &mut stored)).await?;
    Ok(stored.into())
}

async fn read(transformer: &dyn Transformer, stored: &Bytes) -> Result<Opened, Error> {
    soon(transformer.from_storage(stored.clone().into(), Context::of_key(AT))).await
}

async fn provider(plugin: &Plugin) -> Arc<Provider> {
    let provider = Provider::new("vault", Arc::new(v2(plugin, DEADLINE)));
    soon(provider.check()).await.expect("healthy");
    Arc::new(provider)
}

#[tokio::test]
async fn one_answer_for_each_source_and_none_for_writes() {
    let plugin = Plugin::started().expect("it listens");
    let annotation = ("k.example.com".to_owned(), b"v".to_vec());
    plugin.behave(|behaviour| behaviour.annotations = [annotation].into());
    let writer = KmsV2::new(provider(&plugin).await);
    let mut stored = Vec::new();
    for _ in 0..10 {
        stored.push(write(&writer).await.expect("written"));
    }
    let one_each = Calls {
        status: 1,
        encrypt: 1,
        ..Calls::default()
    };
    assert_eq!(plugin.calls(), one_each);
    let reader = KmsV2::new(provider(&plugin).await);
    let all = stored.iter().map(|stored| read(&reader, stored));
    for opened in join_all(all).await {
        let opened = opened.expect("readable");
        assert_eq!((&opened.plain[..], opened.stale), (PLAIN, false));
    }
    assert_eq!(plugin.calls().decrypt, 1);

    plugin.behave(|behaviour| behaviour.key_id = "2".to_owned());
    let rotated = KmsV2::new(provider(&plugin).await);
    for stored in &stored {
        let opened = read(&rotated, stored).await.expect("readable");
        assert!(opened.stale, "the plugin has another key");
    }
    assert_eq!(plugin.calls().decrypt, 2);
    plugin.stop();
    for stored in &stored {
        read(&rotated, stored).await.expect("its key is remembered");
    }
}

#[tokio::test]
async fn plugins_of_other_versions_are_refused() {
    let plugin = Plugin::started().expect("it listens");
    plugin.behave(|behaviour| behaviour.version = Some("v7".to_owned()));
    let first = v1(&plugin, DEADLINE);
    let unsupported = "KMS provider api version v7 is not supported, only v1beta1 is supported now";
    let encrypted = soon(first.encrypt(&Secret::from(vec![1]))).await;
    assert_eq!(encrypted.expect_err("v7").to_string(), unsupported);
    let decrypted = soon(first.decrypt(Bytes::new())).await;
    assert_eq!(decrypted.expect_err("v7").to_string(), unsupported);
    assert_eq!((plugin.calls().encrypt, plugin.calls().decrypt), (0, 0));

    let second = Provider::new("vault", Arc::new(v2(&plugin, DEADLINE)));
    let unhealthy = soon(second.check()).await.expect_err("v7");
    assert_eq!(
        unhealthy.to_string(),
        "kmsv2 Provider vault is not healthy, error: expected KMSv2 API version v2, got v7"
    );
    plugin.behave(|behaviour| behaviour.version = None);
    soon(first.encrypt(&Secret::from(vec![1])))
        .await
        .expect("its version is asked for until it is a known one");
}

#[tokio::test]
async fn refusals_keep_their_code() {
    let plugin = Plugin::started().expect("it listens");
    plugin.behave(|behaviour| {
        behaviour.refusal = Some((Code::PermissionDenied, "not you".to_owned()));
    });
    let text = refused(
        soon(v2(&plugin, DEADLINE).status()).await,
        Code::PermissionDenied,
    );
    assert_eq!(text, "rpc error: code = PermissionDenied desc = not you");
    assert_eq!(plugin.calls().status, 1, "an answer is an answer");
}

#[tokio::test]
async fn answers_that_are_too_large_are_refused() {
    let plugin = Plugin::started().expect("it listens");
    plugin.behave(|behaviour| behaviour.oversize = Some(5 << 20));
    let text = refused(
        soon(v2(&plugin, DEADLINE).encrypt(request())).await,
        Code::OutOfRange,
    );
    assert!(text.contains("too large"), "{text}");

    plugin.behave(|behaviour| behaviour.oversize = Some(1025));
    let wordy = Provider::new("vault", Arc::new(v2(&plugin, DEADLINE)));
    let unhealthy = soon(wordy.check()).await.expect_err("1025 bytes");
    let text = unhealthy.to_string();
    assert!(
        text.contains("errGen=failed to validate encrypted DEK source: encrypted DEK source is 1025 bytes, which exceeds the max size of 1024,"),
        "{text}"
    );
}

#[tokio::test]
async fn a_hundred_ask_at_once() {
    let plugin = Plugin::started().expect("it listens");
    let transformer = KmsV1::new(Arc::new(v1(&plugin, DEADLINE)), 0);
    let each = (0..100).map(|_| async {
        let stored = write(&transformer).await.expect("written");
        read(&transformer, &stored).await.expect("readable")
    });
    for opened in join_all(each).await {
        assert_eq!((&opened.plain[..], opened.stale), (PLAIN, false));
    }
    let calls = plugin.calls();
    assert_eq!((calls.version, calls.encrypt, calls.decrypt), (1, 100, 100));
}

#[tokio::test]
async fn values_outlast_the_plugin_where_their_keys_are_remembered() {
    let plugin = Plugin::started().expect("it listens");
    let remembering = KmsV1::new(Arc::new(v1(&plugin, DEADLINE)), 1000);
    let stored = write(&remembering).await.expect("written");
    let forgetting = KmsV1::new(Arc::new(v1(&plugin, DEADLINE)), 0);
    read(&forgetting, &stored)
        .await
        .expect("the plugin is there");
    plugin.stop();
    read(&remembering, &stored).await.expect("remembered");
    let forgetting = KmsV1::new(Arc::new(v1(&plugin, SHORT)), 0);
    let error = read(&forgetting, &stored).await.expect_err("away");
    assert!(error.is_unavailable(), "{error}");
}

/// Plugins in Go refuse any other authority. The socket is one in the abstract namespace.
#[tokio::test]
async fn the_server_is_called_localhost() {
    let name = format!("storeproof-kms-{}", std::process::id());
    let listener = UnixListener::bind(format!("\0{name}")).expect("it listens");
    let endpoint = Endpoint::parse(&format!("unix:///@{name}")).expect("a socket");
    let remote = v2::Remote::new(&endpoint, DEADLINE);
    let mut call = pin!(remote.status());
    let seen = async {
        let (connection, _) = listener.accept().await.expect("a connection");
        let mut connection = h2::server::handshake(connection).await.expect("HTTP/2");
        let (request, _answer) = connection
            .accept()
            .await
            .expect("a request")
            .expect("a request");
        request.uri().clone()
    };
    let uri = tokio::select! {
        uri = soon(seen) => uri,
        answer = &mut call => panic!("nobody answers: {answer:?}"),
    };
    assert_eq!(
        uri.to_string(),
        "http://localhost/v2.KeyManagementService/Status"
    );
}

#[test]
fn endpoints_that_are_none_are_refused() {
    for none in ["", "http://a", "/run/kms.sock", "unix:///%zz"] {
        Endpoint::parse(none).expect_err(none);
    }
    let outage = kms::Error::from(RpcError::new(Code::Unavailable, "away"));
    assert!(Error::from(outage).is_unavailable());
}
