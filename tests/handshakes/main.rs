//! Handshakes with a real etcd, those that have to fail among them (backend §1.8, §9.1 row 10).

#[path = "../bed/mod.rs"]
mod bed;
mod files;
mod row;

use std::path::PathBuf;

use files::{Files, shown};
use row::{Row, hold};
use storeproof_fixtures::{
    etcd::{Etcd, Spec, Tls},
    tls::{Authority, Certificate, Validity},
};

fn url(etcd: &Etcd) -> String {
    etcd.endpoints().first().expect("one member").clone()
}

fn address(etcd: &Etcd) -> String {
    url(etcd).split_once("://").expect("a URL").1.to_owned()
}

#[tokio::test]
async fn servers_that_cannot_be_trusted_are_not() {
    let etcd = bed::process(&Spec::default().tls(Tls::Server)).await;
    let files = Files::new();
    let own = Authority::generate().expect("an authority");
    let stranger = Authority::generate().expect("an authority");
    let (ca, other) = (
        files.text("ca.pem", &own.pem()),
        files.text("other.pem", &stranger.pem()),
    );
    let client = files.pair("client", &own.client("client").expect("a certificate"));
    let show = |certificate: Result<Certificate, _>| {
        etcd.show(&certificate.expect("a certificate"))
            .expect("it is shown");
    };
    let (https, bare) = (url(&etcd), address(&etcd));

    show(own.server(&[]));
    hold([
        Row::new("the CA alone", &https).ca(&ca),
        Row::new("a certificate that nobody asks for", &https)
            .ca(&ca)
            .pair(&client),
        Row::new("no scheme, and a file", &bare).ca(&ca),
        Row::new("the CA of somebody else", &https)
            .ca(&other)
            .fails([
                https.clone(),
                format!(
                    "the trusted CA in {} did not sign the server's certificate",
                    shown(&other)
                ),
            ]),
        Row::new("no files", &https).fails(["the system's certificate authorities"]),
        Row::new("http to a server that wants TLS", format!("http://{bare}")).fails([&bare]),
    ])
    .await;

    show(own.server_of(Validity::Past));
    hold([Row::new("an expired server", &https).ca(&ca).fails([
        &https,
        "certificate does not hold",
        "expired",
    ])])
    .await;
    show(own.server_of(Validity::Future));
    hold([Row::new("a server of tomorrow", &https).ca(&ca).fails([
        &https,
        "certificate does not hold",
        "not valid yet",
    ])])
    .await;
    show(own.server_called("etcd.example"));
    hold(
        [Row::new("a server of another name", &https).ca(&ca).fails([
            &https,
            "certificate does not hold",
            "not valid for name",
        ])],
    )
    .await;
    show(own.server_of(Validity::Now));
    hold([Row::new("the server as it was", &https).ca(&ca)]).await;
    etcd.stop().await;
}

#[tokio::test]
async fn servers_refuse_clients_that_they_do_not_know() {
    let etcd = bed::process(&Spec::default().tls(Tls::Mutual)).await;
    let files = Files::new();
    let given = etcd.client_files().expect("it talks TLS").clone();
    let sound = (
        given.certificate.expect("a certificate"),
        given.key.expect("a key"),
    );
    let stranger = Authority::generate().expect("an authority");
    let strange = files.pair(
        "strange",
        &stranger.client("stranger").expect("a certificate"),
    );
    let (https, ca) = (url(&etcd), &given.ca);
    hold([
        Row::new("both ends show certificates", &https)
            .ca(ca)
            .pair(&sound),
        Row::new("a client without a certificate", &https)
            .ca(ca)
            .fails([
                &https,
                "the server refuses a client without a certificate (CertFile and KeyFile)",
            ]),
        Row::new("a client of another authority", &https)
            .ca(ca)
            .pair(&strange)
            .fails([
                https.clone(),
                format!(
                    "the server refuses the certificate in {}",
                    shown(&strange.0)
                ),
            ]),
        Row::new("a certificate, and the system's authorities", &https)
            .pair(&sound)
            .fails(["the system's certificate authorities"]),
    ])
    .await;
    etcd.stop().await;
}

#[tokio::test]
async fn files_are_checked_before_anything_is_connected() {
    let etcd = bed::etcd().await;
    let files = Files::new();
    let authority = Authority::generate().expect("an authority");
    let ca = files.text("ca.pem", &authority.pem());
    let client = authority.client("client").expect("a certificate");
    let pair = files.pair("client", &client);
    let (_, strange) = files.pair(
        "strange",
        &authority.client("stranger").expect("a certificate"),
    );
    let (missing, empty) = (
        files.path("missing.pem"),
        files.text("empty.pem", "nothing"),
    );
    let (http, https) = (url(&etcd), format!("https://{}", address(&etcd)));
    let with = |name, key: Option<&PathBuf>, cert: Option<&PathBuf>, ca: Option<&PathBuf>| {
        let mut row = Row::new(name, &https);
        (row.key, row.cert, row.ca) = (key.cloned(), cert.cloned(), ca.cloned());
        row
    };
    let (cert, key) = (&pair.0, &pair.1);
    hold([
        Row::new("http, and files", &http).ca(&ca).pair(&pair),
        Row::new("TLS to a server that talks none", &https)
            .ca(&ca)
            .fails([&https, "the server ended the handshake; does it speak TLS?"]),
        Row::new(
            "no scheme, and a file, to a server that talks no TLS",
            address(&etcd),
        )
        .ca(&ca)
        .fails([
            address(&etcd),
            "the server ended the handshake; does it speak TLS?".to_owned(),
        ]),
        with("a key alone", Some(key), None, Some(&ca)).fails([format!(
            "KeyFile and CertFile must both be present[key: {}, cert: ]",
            shown(key)
        )]),
        with("a certificate alone", None, Some(cert), None).fails([format!(
            "KeyFile and CertFile must both be present[key: , cert: {}]",
            shown(cert)
        )]),
        with("no CA file", None, None, Some(&missing)).fails([format!(
            "cannot use the trusted CA in {}: No such file",
            shown(&missing)
        )]),
        with("a CA file without a certificate", None, None, Some(&empty)).fails([format!(
            "cannot use the trusted CA in {}: it holds no PEM trusted CA",
            shown(&empty)
        )]),
        with("no key file", Some(&missing), Some(cert), Some(&ca)).fails([format!(
            "cannot use the key in {}: No such file",
            shown(&missing)
        )]),
        with(
            "the key of another certificate",
            Some(&strange),
            Some(cert),
            Some(&ca),
        )
        .fails([
            format!("cannot use the key in {}", shown(&strange)),
            format!("with the certificate in {}", shown(cert)),
        ]),
        Row::new("two schemes", format!("{http},{https}"))
            .ca(&ca)
            .fails([
                format!("{http} is to be reached without TLS and {https} with it"),
                "give all servers the same scheme".to_owned(),
            ]),
        Row::new(
            "no scheme beside http, and a file",
            format!("{http},{}", address(&etcd)),
        )
        .ca(&ca)
        .fails(["give all servers the same scheme"]),
    ])
    .await;
    etcd.stop().await;
}
