//! Plugins that are slow, come late, go, die or hang.

use std::{pin::pin, time::Duration};

use futures::poll;
use storeproof::value::{
    Secret,
    kms::{
        Endpoint,
        v1::Service as _,
        v2::{Remote, Service as _},
    },
};
use storeproof_fixtures::kms::{Calls, Plugin};
use tokio::net::UnixListener;
use tonic::Code;

use super::{DEADLINE, SHORT, refused, request, soon, v1, v2};

#[tokio::test]
async fn a_slow_plugin_is_waited_for_no_longer_than_agreed() {
    let plugin = Plugin::started().expect("it listens");
    plugin.behave(|behaviour| behaviour.delay = Duration::from_secs(3600));
    let text = refused(
        soon(v2(&plugin, SHORT).status()).await,
        Code::DeadlineExceeded,
    );
    assert_eq!(
        text,
        "rpc error: code = DeadlineExceeded desc = no answer within 500ms"
    );
    let error = soon(v1(&plugin, SHORT).encrypt(&Secret::from(vec![1])))
        .await
        .expect_err("slow");
    assert_eq!(
        error.to_string(),
        "failed get version from remote KMS provider: rpc error: code = DeadlineExceeded desc = no answer within 500ms"
    );
    plugin.behave(|behaviour| behaviour.delay = Duration::from_millis(1));
    soon(v2(&plugin, DEADLINE).status()).await.expect("in time");
}

#[tokio::test]
async fn without_patience_nothing_is_answered() {
    let plugin = Plugin::started().expect("it listens");
    let remote = v2(&plugin, Duration::ZERO);
    refused(soon(remote.status()).await, Code::DeadlineExceeded);
    plugin.stop();
    refused(soon(remote.status()).await, Code::DeadlineExceeded);
    assert_eq!(plugin.calls(), Calls::default());
}

#[tokio::test]
async fn a_plugin_that_starts_late_is_waited_for() {
    let plugin = Plugin::new().expect("a folder");
    let remote = v2(&plugin, DEADLINE);
    let mut status = pin!(remote.status());
    assert!(poll!(&mut status).is_pending());
    // Long enough for an attempt to fail: the second one finds it.
    let absent = refused(
        soon(v2(&plugin, SHORT).status()).await,
        Code::DeadlineExceeded,
    );
    assert!(absent.contains("/kms.sock: No such file"), "{absent}");
    assert!(poll!(&mut status).is_pending());
    plugin.start().expect("it listens");
    soon(status).await.expect("it is there now");
}

#[tokio::test]
async fn a_plugin_that_comes_and_goes_is_found_each_time() {
    let plugin = Plugin::started().expect("it listens");
    let (second, first) = (v2(&plugin, DEADLINE), v1(&plugin, DEADLINE));
    for _ in 0..5 {
        soon(second.status()).await.expect("it is there");
        let secret = Secret::from(b"key".to_vec());
        let cipher = soon(first.encrypt(&secret)).await.expect("it is there");
        plugin.stop();
        plugin.start().expect("it listens");
        let plain = soon(first.decrypt(cipher)).await.expect("it has its keys");
        assert_eq!(plain.expose(), b"key");
    }
    assert_eq!(plugin.calls().version, 1, "once it was answered");
}

#[tokio::test]
async fn a_plugin_that_dies_in_the_middle_is_asked_again_when_it_is_back_but_once() {
    let plugin = Plugin::started().expect("it listens");
    for (lives, asked) in [(true, 2), (false, 4)] {
        plugin.behave(|behaviour| behaviour.dies = true);
        plugin.start().expect("it listens");
        let remote = v2(&plugin, DEADLINE);
        let mut call = pin!(remote.encrypt(request()));
        let first = async {
            while plugin.calls().encrypt < asked - 1 {
                assert!(poll!(&mut call).is_pending(), "it dies of it");
                tokio::task::yield_now().await;
            }
        };
        soon(first).await;
        plugin.behave(|behaviour| behaviour.dies = !lives);
        plugin.start().expect("it listens");
        assert_eq!(soon(call).await.is_ok(), lives);
        assert_eq!(plugin.calls().encrypt, asked);
    }
}

/// A process that hangs keeps its connections, though another one may listen at its socket by now.
#[tokio::test]
async fn a_connection_that_answered_nothing_is_not_used_again() {
    let name = format!("storeproof-mute-{}", std::process::id());
    let listener = UnixListener::bind(format!("\0{name}")).expect("it listens");
    let endpoint = Endpoint::parse(&format!("unix:///@{name}")).expect("a socket");
    let remote = Remote::new(&endpoint, SHORT);
    let mut connections = Vec::new();
    for _ in 0..2 {
        let (answer, connection) = tokio::join!(soon(remote.status()), soon(listener.accept()));
        refused(answer, Code::DeadlineExceeded);
        connections.push(connection.expect("a connection of its own"));
    }
}
