use std::{
    io,
    sync::{Arc, Mutex},
};

use futures::FutureExt;
use storeproof::backend::{Connection, Dial, EgressLookup, NetworkContext, TransportConfig};
use storeproof_fixtures::etcd::Tls;
use tokio::net::TcpStream;

use crate::{address, etcd, leads_nowhere, leads_there};

/// What was asked of an egress: for whom it was looked up, and where connections were to go.
#[derive(Default)]
struct Asked {
    lookups: Mutex<Vec<NetworkContext>>,
    addresses: Mutex<Vec<String>>,
}

/// An egress that leads to one place, wherever somebody wants to go.
fn egress_to(place: &str, asked: &Arc<Asked>) -> EgressLookup {
    let (place, asked) = (place.to_owned(), Arc::clone(asked));
    Arc::new(move |context| {
        asked.lookups.lock().expect("no panic").push(context);
        let (place, asked) = (place.clone(), Arc::clone(&asked));
        let dial: Dial = Arc::new(move |address| {
            asked.addresses.lock().expect("no panic").push(address);
            let place = place.clone();
            async move {
                let stream = TcpStream::connect(place.as_str()).await?;
                Ok(Box::new(stream) as Box<dyn Connection>)
            }
            .boxed()
        });
        Ok(Some(dial))
    })
}

#[tokio::test]
async fn an_egress_is_asked_for_host_and_port_whatever_an_address_looks_like() {
    let etcd = etcd(Tls::Plain).await;
    for (server, wanted) in [
        ("http://etcd.invalid:2379", "etcd.invalid:2379"),
        ("http://etcd.invalid:2379/", "etcd.invalid:2379"),
        ("etcd.invalid:1", "etcd.invalid:1"),
        ("http://[2001:db8::1]:2379", "[2001:db8::1]:2379"),
        ("http://192.0.2.1:2379", "192.0.2.1:2379"),
    ] {
        let asked = Arc::<Asked>::default();
        leads_there(TransportConfig {
            egress_lookup: Some(egress_to(address(&etcd), &asked)),
            ..TransportConfig::of([server])
        })
        .await;
        let lookups = asked.lookups.lock().expect("no panic").clone();
        assert_eq!(lookups, [NetworkContext::Etcd]);
        let addresses = asked.addresses.lock().expect("no panic").clone();
        assert_eq!(addresses, [wanted], "{server}");
    }
    etcd.stop().await;
}

#[tokio::test]
async fn tls_goes_through_an_egress_and_holds_the_server_to_its_own_name() {
    let etcd = etcd(Tls::Server).await;
    let asked = Arc::<Asked>::default();
    let through = |server: &str| TransportConfig {
        trusted_ca_file: etcd.client_files().map(|files| files.ca.clone()),
        egress_lookup: Some(egress_to(address(&etcd), &asked)),
        ..TransportConfig::of([server])
    };
    leads_there(through("https://localhost:1")).await;
    let told = leads_nowhere(through("https://etcd.invalid:1")).await;
    assert!(told.contains("certificate"), "{told}");
    etcd.stop().await;
}

#[tokio::test]
async fn an_egress_that_is_none_leads_there_directly() {
    let etcd = etcd(Tls::Plain).await;
    leads_there(TransportConfig {
        egress_lookup: Some(Arc::new(|_| Ok(None))),
        ..TransportConfig::of(etcd.endpoints())
    })
    .await;
    etcd.stop().await;
}

#[tokio::test]
async fn an_egress_that_fails_is_told_in_its_own_words() {
    let of = |egress_lookup| TransportConfig {
        egress_lookup: Some(egress_lookup),
        ..TransportConfig::of(["http://127.0.0.1:1"])
    };
    let told = leads_nowhere(of(Arc::new(|_| Err("no such network".into())))).await;
    assert!(told.contains("no such network"), "{told}");
    let told = leads_nowhere(of(Arc::new(|_| {
        let dial: Dial = Arc::new(|_| async { Err(io::Error::other("the proxy is shut")) }.boxed());
        Ok(Some(dial))
    })))
    .await;
    let expected = "etcd grpc connection not ready: http://127.0.0.1:1: the proxy is shut";
    assert_eq!(told, expected);
}
