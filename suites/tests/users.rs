//! Servers that have users: whoever may is let in, by the command and by the store, and nobody else.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::{
    process::{Command, Output},
    sync::Arc,
};

use storeproof_contract::{
    channel,
    wire::etcdserverpb::{
        AuthEnableRequest, AuthRoleAddRequest, AuthUserAddRequest, AuthUserChangePasswordRequest,
        AuthUserGrantRoleRequest, AuthenticateRequest, RangeRequest, auth_client::AuthClient,
        kv_client::KvClient,
    },
};
use storeproof_suites::{
    fixtures::{
        etcd::{Etcd, Spec},
        objects::{RESOURCE_PREFIX, key_of, pod},
        provision::{self, Environment},
    },
    storeproof::{
        backend::{Config, Credentials, GroupResource, TransportConfig, factory},
        codec::Json,
        storage::{GetOptions, Store},
    },
};
use tonic::{Code, Request};

const PASSWORD: &str = "correct horse";

/// A server with the user root, who asks for nothing but is asked for.
async fn guarded() -> (Etcd, String) {
    let spec = Spec::default();
    let decision = provision::decide(&Environment::from_process(), &spec).await;
    let etcd = provision::start(decision.unwrap(), &spec).await.unwrap();
    let url = etcd.endpoints().first().unwrap().clone();
    let mut auth = AuthClient::new(channel(&url, None).await.unwrap());
    let (name, password) = ("root".to_owned(), PASSWORD.to_owned());
    let user = AuthUserAddRequest {
        name,
        password,
        ..AuthUserAddRequest::default()
    };
    auth.user_add(user).await.unwrap();
    let name = "root".to_owned();
    auth.role_add(AuthRoleAddRequest { name }).await.unwrap();
    let (user, role) = ("root".to_owned(), "root".to_owned());
    auth.user_grant_role(AuthUserGrantRoleRequest { user, role })
        .await
        .unwrap();
    auth.auth_enable(AuthEnableRequest {}).await.unwrap();
    (etcd, url)
}

/// What the command makes of a few cases of the wire contract and of the store.
async fn judged(url: &str, flags: &[&str]) -> Output {
    let subject = url.replace("http://", "tcp://");
    let mut command = Command::new(env!("CARGO_BIN_EXE_storeproof"));
    command
        .args(["run", &subject, "--suite", "contract", "--suite", "crud"])
        .args(["--filter", "range::one", "--filter", "crud::create"])
        .args(["--filter", "history::objects_are_linearizable"])
        .args(flags);
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_signs_in_where_it_is_told_who_asks() {
    let (etcd, url) = guarded().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("root:{PASSWORD}\n")).unwrap();
    let from_file = format!("@{}", file.path().display());
    let let_in = judged(&url, &["--user", &from_file]).await;
    let told = format!("{}{}", text(&let_in.stdout), text(&let_in.stderr));
    assert_eq!(let_in.status.code(), Some(0), "{told}");
    assert!(told.contains("conforms"), "{told}");
    assert!(!told.contains(PASSWORD), "{told}");

    for (flags, says) in [
        (&[][..], "--user NAME:PASSWORD"),
        (
            &["--user", "root:wrong horse"][..],
            "Look whether --user holds",
        ),
    ] {
        let refused = judged(&url, flags).await;
        let told = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(6), "{told}");
        assert!(told.contains(says), "{told}");
        assert!(told.contains("does not let this client in"), "{told}");
        assert!(!told.contains("wrong horse"), "{told}");
    }

    // Nothing that ran has let everybody in.
    let mut anybody = KvClient::new(channel(&url, None).await.unwrap());
    let read = RangeRequest {
        key: "a".into(),
        ..RangeRequest::default()
    };
    let refused = anybody.range(read).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument, "{refused}");
    etcd.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_signs_in_again_where_its_token_is_worth_nothing_any_more() {
    let (etcd, url) = guarded().await;
    let transport = |password: &str| TransportConfig {
        credentials: Some(Credentials::new("root", password)),
        ..TransportConfig::of([&url])
    };
    let config = |password: &str| Config {
        transport: transport(password),
        ..Config::new("/users", Arc::new(Json))
    };
    let resource = || GroupResource::core("pods");
    let made = factory::create(config(PASSWORD).for_resource(resource()), RESOURCE_PREFIX).await;
    let (store, end) = made.unwrap();
    let object = pod("ns", "a");
    let key = key_of(&object);
    store.create(&key, &object, None).await.unwrap();

    // A change of the password, to the same one, ends all tokens of the user.
    let mut auth = AuthClient::new(channel(&url, None).await.unwrap());
    let (name, password) = ("root".to_owned(), PASSWORD.to_owned());
    let token = auth
        .authenticate(AuthenticateRequest { name, password })
        .await
        .unwrap()
        .into_inner()
        .token;
    let mut change = Request::new(AuthUserChangePasswordRequest {
        name: "root".to_owned(),
        password: PASSWORD.to_owned(),
        ..AuthUserChangePasswordRequest::default()
    });
    let metadata = change.metadata_mut();
    metadata.insert("token", token.parse().unwrap());
    auth.user_change_password(change).await.unwrap();
    let mut stale = Request::new(RangeRequest {
        key: "a".into(),
        ..RangeRequest::default()
    });
    let metadata = stale.metadata_mut();
    metadata.insert("token", token.parse().unwrap());
    let mut keys = KvClient::new(channel(&url, None).await.unwrap());
    let refused = keys.range(stale).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated, "{refused}");

    let found = store.get(&key, &GetOptions::default()).await.unwrap();
    assert_eq!(found.unwrap().metadata.name, object.metadata.name);
    end.call().await;

    let made = factory::create(
        config("wrong horse").for_resource(resource()),
        RESOURCE_PREFIX,
    );
    let refused = made.await.map(drop).unwrap_err().to_string();
    assert!(refused.contains("authentication failed"), "{refused}");
    assert!(!refused.contains("wrong horse"), "{refused}");
    etcd.stop().await;
}
