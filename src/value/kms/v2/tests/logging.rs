//! What is logged of the plugin and of each value (backend §7.9, §7.10).

use tracing::Level;

use super::{read, ready, write};
use crate::{
    log::Log,
    value::{
        golden::AT,
        kms::{
            hashed,
            v2::{KmsV2, Provider, scripted::Scripted},
        },
    },
};

/// The name of the request in a line that begins so, and the rest of the line.
fn request<'a>(line: &'a str, begin: &str) -> (&'a str, &'a str) {
    let named = line.strip_prefix(begin).expect(line);
    let named = named.strip_prefix(" uid=\"").expect(line);
    named.split_once('"').expect(line)
}

#[tokio::test]
async fn each_call_and_each_write_is_told_with_the_request_it_belongs_to() {
    let log = Log::of(Level::DEBUG);
    let _guard = tracing::subscriber::set_default(log.clone());
    // A key is made and named, something is written, and somebody else asks for the key.
    log.attune(6, async || {
        let plugin = Scripted::with_key("1");
        let stored = write(&ready(&plugin).await, AT).expect("written");
        let other = ready(&plugin).await;
        read(&other, &stored, AT)
            .await
            .expect("the plugin knows it");
    })
    .await;
    let plugin = Scripted::with_key("1");
    let transformer = ready(&plugin).await;
    let stored = write(&transformer, AT).expect("written");
    read(&transformer, &stored, AT).await.expect("known");
    let lines = log.lines();
    let [generated, rotated, written] = &lines[..] else {
        panic!("a read of what is known asks nobody: {lines:?}");
    };
    let at = format!(" key={AT}");
    let (uid, rest) = request(generated, "encrypting content using envelope service");
    assert_eq!(rest, "");
    assert_eq!(
        request(written, "encrypting content using DEK"),
        (uid, &*at)
    );
    let keys = format!(
        "useSeed=true, newKeyIDHash={:?}, oldKeyIDHash=\"\", expirationTimestamp=",
        hashed("1")
    );
    assert!(rotated.contains(&keys), "{rotated}");
    assert!(rotated.contains(uid), "{rotated}");

    // Somebody else, who has a key of their own and has to ask for this one.
    let other = Provider::new("vault", plugin.clone());
    other.check().await.expect("healthy");
    let before = log.lines().len();
    let opened = read(&KmsV2::new(other.into()), &stored, AT).await;
    opened.expect("the plugin knows it");
    let lines = log.lines();
    let [asked] = &lines[before..] else {
        panic!("{lines:?}");
    };
    let (asking, rest) = request(asked, "decrypting content using envelope service");
    assert_eq!(rest, at);
    assert_ne!(asking, uid);
}
