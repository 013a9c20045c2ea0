//! Certificates that are renewed on disk while stores are open (backend §1.8).

mod bed;

use std::{fs, path::Path};

use bed::DEADLINE;
use storeproof::{
    backend::TransportConfig,
    storage::{Result, Store},
};
use storeproof_fixtures::{
    etcd::{Etcd, Spec, Tls},
    fault::Relay,
    tls::Authority,
};
use tokio::time::timeout;

/// A copy of a file, and its contents.
fn copy(from: &Path, to: &Path) -> Vec<u8> {
    let contents = fs::read(from).expect("it is there");
    fs::write(to, &contents).expect("it is written");
    contents
}

async fn started() -> (Etcd, Relay) {
    let etcd = bed::started(&Spec::default().tls(Tls::Mutual)).await;
    let url = etcd.endpoints().first().expect("one member");
    let server = url
        .strip_prefix("https://")
        .expect("it talks TLS")
        .to_owned();
    let relay = Relay::to(server).await.expect("a port is free");
    (etcd, relay)
}

#[tokio::test]
async fn each_connection_is_made_with_the_files_of_its_time() {
    let (etcd, relay) = started().await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let (ca, cert, key) = (path("ca.pem"), path("client.pem"), path("client-key.pem"));
    let given = etcd.client_files().expect("it talks TLS");
    let sound_ca = copy(&given.ca, &ca);
    let sound_cert = copy(given.certificate.as_ref().expect("a certificate"), &cert);
    let sound_key = copy(given.key.as_ref().expect("a key"), &key);
    let (store, end) = bed::store_over(TransportConfig {
        trusted_ca_file: Some(ca.clone()),
        cert_file: Some(cert.clone()),
        key_file: Some(key.clone()),
        ..TransportConfig::of([format!("https://{}", relay.address())])
    })
    .await;
    let stranger = Authority::generate().expect("an authority");
    let ask = async || -> Result<()> {
        relay.cut();
        let asked = timeout(DEADLINE, store.current_resource_version()).await;
        asked.expect("in time").map(drop)
    };
    // Whoever asks may meet the end of a connection before anybody knows what it ended for.
    let tells = async |words: String| {
        let told = async {
            while !ask()
                .await
                .expect_err("the files are wrong")
                .to_string()
                .contains(&words)
            {}
        };
        let waited = timeout(DEADLINE, told).await;
        waited.unwrap_or_else(|_| panic!("nobody says: {words}"));
    };
    ask().await.expect("the files are sound");

    let strange = stranger.client("stranger").expect("a certificate");
    strange.write(&cert, &key).expect("they are written");
    let there = timeout(DEADLINE, store.current_resource_version()).await;
    let there = there.expect("in time");
    there.expect("the connection was made with the files of its time");
    let refused = "the server refuses the certificate in";
    tells(format!("{refused} {}", cert.display())).await;
    fs::write(&cert, &sound_cert).expect("it is written");
    fs::write(&key, &sound_key).expect("it is written");
    ask().await.expect("the files are sound again");

    fs::write(&ca, stranger.pem()).expect("it is written");
    tells(format!("the trusted CA in {} did not sign", ca.display())).await;
    fs::write(&ca, &sound_ca).expect("it is written");
    ask().await.expect("the files are sound again");
    end.call().await;
    etcd.stop().await;
}
