//! Ways to etcd that are not direct connections (backend §1.10, §9.1 row 12).

mod bed;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::FutureExt;
use storeproof::{
    backend::{
        Config, Connection, Dial, EgressLookup, Error, GroupResource, NetworkContext,
        TransportConfig, factory,
    },
    storage::{GetOptions, Store},
};
use storeproof_fixtures::{
    egress::{ConnectProxy, SocketWay},
    etcd::{Spec, Tls},
    objects::{Pod, key, pod},
};

/// How long a way is tried that leads nowhere. Long enough for an attempt on a busy machine, whose answer is what is told.
const SHORT: Duration = Duration::from_secs(4);

/// Dials through a proxy.
fn through(proxy: SocketAddr) -> EgressLookup {
    let dial: Dial = Arc::new(move |server: String| {
        async move {
            let tunnel = ConnectProxy::tunnel(proxy, &server).await?;
            Ok(Box::new(tunnel) as Box<dyn Connection>)
        }
        .boxed()
    });
    Arc::new(move |_| Ok(Some(Arc::clone(&dial))))
}

async fn works(transport: TransportConfig) {
    let (store, end) = bed::store_over(transport).await;
    let at = key("ns", "foo");
    let created = store.create(&at, &pod("ns", "foo"), None).await;
    let found = store.get(&at, &GetOptions::default()).await;
    // Stores of one server share their objects: the first one made it.
    if let Ok(created) = created {
        assert_eq!(found.as_ref().ok(), Some(&Some(created)));
    }
    assert!(found.is_ok_and(|found| found.is_some()));
    end.call().await;
}

async fn error(transport: TransportConfig) -> Error {
    let config = Config::<Pod> {
        transport,
        ..bed::config("")
    };
    let pods = config.for_resource(GroupResource::core("pods"));
    match factory::create(pods, "/pods/").await {
        Ok(_) => panic!("it connects"),
        Err(error) => error,
    }
}

/// However a server is written, the proxy is asked for a host and a port, and finds it by itself.
#[tokio::test]
async fn a_proxy_is_asked_for_a_host_and_a_port() {
    let etcd = bed::etcd().await;
    for (server, asked) in [
        ("http://etcd.example:2379", "etcd.example:2379"),
        ("http://etcd.example", "etcd.example:80"),
        ("etcd.example:4001", "etcd.example:4001"),
        ("etcd.example", "etcd.example:2379"),
        ("http://[2001:db8::1]:2379", "[2001:db8::1]:2379"),
        ("http://192.0.2.1:2379/", "192.0.2.1:2379"),
    ] {
        let proxy = ConnectProxy::to(Some(bed::address(&etcd)))
            .await
            .expect("a port is free");
        works(TransportConfig {
            egress_lookup: Some(through(proxy.address())),
            ..TransportConfig::of([server])
        })
        .await;
        assert_eq!(proxy.asked(), [asked], "{server}");
    }
    etcd.stop().await;
}

#[tokio::test]
async fn tls_goes_through_a_proxy_untouched() {
    let etcd = bed::started(&Spec::default().tls(Tls::Mutual)).await;
    let url = etcd.endpoints().first().expect("one member");
    let server = url
        .strip_prefix("https://")
        .expect("it talks TLS")
        .to_owned();
    let proxy = ConnectProxy::to(Some(server))
        .await
        .expect("a port is free");
    let files = etcd.client_files().expect("it talks TLS");
    works(TransportConfig {
        egress_lookup: Some(through(proxy.address())),
        trusted_ca_file: Some(files.ca.clone()),
        cert_file: files.certificate.clone(),
        key_file: files.key.clone(),
        // The name that the certificate is for; nobody looks it up here.
        ..TransportConfig::of(["https://localhost:2379"])
    })
    .await;
    assert_eq!(proxy.asked(), ["localhost:2379"]);
    // The server is held to the name that was asked for, wherever the proxy leads.
    let another = error(TransportConfig {
        egress_lookup: Some(through(proxy.address())),
        trusted_ca_file: Some(files.ca.clone()),
        cert_file: files.certificate.clone(),
        key_file: files.key.clone(),
        dial_timeout: SHORT,
        ..TransportConfig::of(["https://etcd.example:2379"])
    })
    .await
    .to_string();
    assert!(another.contains("not valid for name"), "{another}");
    etcd.stop().await;
}

#[tokio::test]
async fn what_a_proxy_says_is_in_the_error() {
    let proxy = ConnectProxy::to(None).await.expect("a port is free");
    let error = error(TransportConfig {
        egress_lookup: Some(through(proxy.address())),
        dial_timeout: SHORT,
        ..TransportConfig::of(["http://etcd.example:2379"])
    })
    .await
    .to_string();
    for words in [
        "etcd grpc connection not ready: http://etcd.example:2379: ",
        "refuses to connect to etcd.example:2379: HTTP/1.1 403 Forbidden",
    ] {
        assert!(error.contains(words), "{words} in {error}");
    }
}

#[tokio::test]
async fn the_way_is_looked_up_once_for_etcd_and_none_is_the_direct_one() {
    let etcd = bed::etcd().await;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&asked);
    works(TransportConfig {
        egress_lookup: Some(Arc::new(move |context| {
            notes.lock().expect("nobody panics with it").push(context);
            Ok(None)
        })),
        ..TransportConfig::of(etcd.endpoints())
    })
    .await;
    let asked = asked.lock().expect("nobody panics with it").clone();
    assert_eq!(asked, [NetworkContext::Etcd]);
    etcd.stop().await;
}

#[tokio::test]
async fn a_lookup_that_fails_and_an_address_that_is_none_are_told_at_once() {
    let failed = error(TransportConfig {
        egress_lookup: Some(Arc::new(|_| Err("there is no way out".into()))),
        ..TransportConfig::of(["http://127.0.0.1:1"])
    })
    .await;
    let told = failed.to_string();
    assert!(told.contains("there is no way out"), "{told}");
    for bad in ["http://a b:2379", "http://:2379", "http://[::1:2379"] {
        let lookup: EgressLookup = Arc::new(|_| unreachable!("the address is checked first"));
        let refused = error(TransportConfig {
            egress_lookup: Some(lookup),
            ..TransportConfig::of([bad])
        })
        .await;
        assert!(matches!(refused, Error::Address { .. }), "{bad}: {refused}");
    }
}

#[tokio::test]
async fn a_unix_socket_leads_to_etcd() {
    let etcd = bed::etcd().await;
    let way = SocketWay::to(bed::address(&etcd)).expect("there is a place for it");
    let path = way.path().display().to_string();
    works(TransportConfig::of([format!("unix://{path}")])).await;
    works(TransportConfig::of([format!("unix:{path}")])).await;
    etcd.stop().await;

    let etcd = bed::started(&Spec::default().tls(Tls::Server)).await;
    let url = etcd.endpoints().first().expect("one member");
    let server = url
        .strip_prefix("https://")
        .expect("it talks TLS")
        .to_owned();
    let way = SocketWay::to(server).expect("there is a place for it");
    let files = etcd.client_files().expect("it talks TLS");
    works(TransportConfig {
        trusted_ca_file: Some(files.ca.clone()),
        ..TransportConfig::of([format!("unixs://{}", way.path().display())])
    })
    .await;
    etcd.stop().await;
}
