use std::{
    fs,
    path::{Path, PathBuf},
};

use storeproof::backend::TransportConfig;
use storeproof::storage::Store;
use storeproof_fixtures::{
    etcd::Tls,
    fault::Relay,
    tls::{Authority, Certificate, ClientFiles},
};
use tokio::{task::yield_now, time::timeout};

use crate::{address, bed::DEADLINE, etcd, leads_nowhere, leads_there, open};

/// Files of an authority that no server of ours knows.
struct Stranger {
    folder: PathBuf,
}

impl Stranger {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("storeproof-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let authority = Authority::generate().expect("an authority");
        let client = authority.client("stranger").expect("a certificate");
        let stranger = Self { folder };
        stranger.write("ca.pem", &authority.pem());
        stranger.keep(&client);
        stranger
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.file(name), text).expect("it is written");
    }

    fn keep(&self, client: &Certificate) {
        self.write("client.pem", &client.certificate);
        self.write("client-key.pem", &client.key);
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn transport(server: String, ca: Option<&Path>, pair: Option<(&Path, &Path)>) -> TransportConfig {
    TransportConfig {
        trusted_ca_file: ca.map(Path::to_owned),
        cert_file: pair.map(|(certificate, _)| certificate.to_owned()),
        key_file: pair.map(|(_, key)| key.to_owned()),
        ..TransportConfig::of([server])
    }
}

/// Authority, certificate and key of a client of a server with mutual TLS.
fn all(files: &ClientFiles) -> (&Path, (&Path, &Path)) {
    let certificate = files.certificate.as_deref().expect("mutual TLS has one");
    let key = files.key.as_deref().expect("mutual TLS has one");
    (&files.ca, (certificate, key))
}

#[tokio::test]
async fn where_both_sides_show_certificates_each_must_be_known() {
    let etcd = etcd(Tls::Mutual).await;
    let stranger = Stranger::new("mutual");
    let (ca, pair) = all(etcd.client_files().expect("TLS has files"));
    let (other_ca, other_certificate) = (stranger.file("ca.pem"), stranger.file("client.pem"));
    let other_key = stranger.file("client-key.pem");
    let other_pair = (other_certificate.as_path(), other_key.as_path());
    let (secure, bare) = (format!("https://{}", address(&etcd)), address(&etcd));
    let plain = format!("http://{bare}");

    leads_there(transport(secure.clone(), Some(ca), Some(pair))).await;
    // Without a scheme the files decide.
    leads_there(transport(bare.to_owned(), Some(ca), Some(pair))).await;
    for (what, server, ca, pair) in [
        (
            "plaintext to a server with TLS",
            &plain,
            Some(ca),
            Some(pair),
        ),
        (
            "no certificate where one is asked for",
            &secure,
            Some(ca),
            None,
        ),
        ("another's certificate", &secure, Some(ca), Some(other_pair)),
        (
            "another's authority",
            &secure,
            Some(other_ca.as_path()),
            Some(pair),
        ),
        ("the authorities of the system", &secure, None, Some(pair)),
        ("nothing at all", &secure, None, None),
    ] {
        let told = leads_nowhere(transport(server.clone(), ca, pair)).await;
        let expected = [
            "etcd grpc connection not ready: ",
            "cannot load the system's",
        ];
        assert!(
            expected.iter().any(|text| told.starts_with(text)),
            "{what}: {told}"
        );
    }
    let told = leads_nowhere(transport(secure, Some(ca), Some((pair.0, &other_key)))).await;
    let expected = format!("cannot use the key in {}: ", other_key.display());
    assert!(told.starts_with(&expected), "{told}");
    etcd.stop().await;
}

#[tokio::test]
async fn where_the_server_alone_shows_one_an_authority_is_enough() {
    let etcd = etcd(Tls::Server).await;
    let stranger = Stranger::new("server");
    let ca = etcd.client_files().expect("TLS has files").ca.as_path();
    let server = format!("https://{}", address(&etcd));
    leads_there(transport(server.clone(), Some(ca), None)).await;
    let told = leads_nowhere(transport(server, Some(&stranger.file("ca.pem")), None)).await;
    assert!(told.contains("certificate"), "{told}");
    etcd.stop().await;
}

#[tokio::test]
async fn plaintext_stays_plaintext_whatever_files_are_given() {
    let etcd = etcd(Tls::Plain).await;
    let stranger = Stranger::new("plain");
    let (ca, certificate) = (stranger.file("ca.pem"), stranger.file("client.pem"));
    let key = stranger.file("client-key.pem");
    let pair = Some((certificate.as_path(), key.as_path()));
    let plain = format!("http://{}", address(&etcd));
    leads_there(transport(plain, Some(&ca), pair)).await;
    let bare = address(&etcd).to_owned();
    leads_there(transport(bare.clone(), None, None)).await;
    leads_nowhere(transport(bare, Some(&ca), pair)).await;
    etcd.stop().await;
}

#[tokio::test]
async fn renewed_files_count_with_the_next_connection() {
    let etcd = etcd(Tls::Mutual).await;
    let relay = Relay::to(address(&etcd)).await.expect("a port is free");
    let (ca, (certificate, key)) = all(etcd.client_files().expect("TLS has files"));
    let read = |path: &Path| fs::read_to_string(path).expect("it is there");
    let known = Certificate {
        certificate: read(certificate),
        key: read(key),
    };
    let folder = Stranger::new("renewed");
    let strange = Certificate {
        certificate: read(&folder.file("client.pem")),
        key: read(&folder.file("client-key.pem")),
    };
    folder.keep(&known);
    let (certificate, key) = (folder.file("client.pem"), folder.file("client-key.pem"));
    let server = format!("https://{}", relay.address());
    let transport = transport(server, Some(ca), Some((&certificate, &key)));
    let (store, end) = open(transport).await.expect("etcd answers");
    let answers = async || store.current_resource_version().await.is_ok();
    assert!(answers().await);

    folder.keep(&strange);
    assert!(answers().await, "the connection is there already");
    relay.cut();
    let refused = async {
        while answers().await {
            yield_now().await;
        }
    };
    timeout(DEADLINE, refused)
        .await
        .expect("etcd knows no stranger");

    folder.keep(&known);
    let accepted = async {
        while !answers().await {
            yield_now().await;
        }
    };
    timeout(DEADLINE, accepted)
        .await
        .expect("etcd knows it again");
    end.call().await;
    etcd.stop().await;
}
