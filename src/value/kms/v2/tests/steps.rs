//! What is told of each value, step by step (backend §1.11, §7.9).

use std::{
    error::Error as StdError,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use tokio::time::advance;

use super::{read, write};
use crate::value::{
    golden::AT,
    kms::{
        Span, Tracer,
        v2::{KmsV2, Provider, scripted::Scripted},
    },
};

/// All that it was told, a line each.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn note(&self, line: impl Into<String>) {
        self.0
            .lock()
            .expect("nobody panics with it")
            .push(line.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("nobody panics with it"))
    }
}

impl Tracer for Notes {
    fn begin(&self, name: &'static str, provider: &str) -> Option<Box<dyn Span>> {
        self.note(format!("{name}, {provider}"));
        Some(Box::new(Noted(self.clone())))
    }
}

struct Noted(Notes);

impl Span for Noted {
    fn event(&self, name: &'static str) {
        self.0.note(name);
    }

    fn failure(&self, name: &'static str, error: &(dyn StdError + 'static)) {
        self.0.note(format!("{name}: {error}"));
    }
}

impl Drop for Noted {
    fn drop(&mut self) {
        self.0.note("end");
    }
}

/// A traced provider that has looked at its plugin, and what is told of it.
async fn traced(plugin: &Arc<Scripted>) -> (KmsV2, Notes) {
    let notes = Notes::default();
    let provider = Provider::new("vault", plugin.clone()).traced_by(Arc::new(notes.clone()));
    // Some plugins are away from the start.
    let _ = provider.check().await;
    assert_eq!(notes.take(), [""; 0], "no value yet");
    (KmsV2::new(provider.into()), notes)
}

const READ: &str = "TransformFromStorage with envelopeTransformer, vault";
const WRITE: &str = "TransformToStorage with envelopeTransformer, vault";
const DECODED: [&str; 3] = [
    READ,
    "About to decode encrypted object",
    "Decoded encrypted object",
];
const DECRYPTED: [&str; 3] = [
    "About to decrypt data using DEK",
    "Data decryption succeeded",
    "end",
];
const ASKED: &str = "About to decrypt DEK using remote service";

#[tokio::test]
async fn a_write_and_a_read_tell_their_steps() {
    let (transformer, notes) = traced(&Scripted::with_key("1")).await;
    let stored = write(&transformer, AT).expect("written");
    let steps = [
        WRITE,
        "About to encrypt data using DEK",
        "Data encryption succeeded",
        "About to encode encrypted object",
        "Encoded encrypted object",
        "end",
    ];
    assert_eq!(notes.take(), steps);
    read(&transformer, &stored, AT).await.expect("readable");
    assert_eq!(notes.take(), [DECODED, DECRYPTED].concat());
}

#[tokio::test]
async fn whoever_asks_the_plugin_tells_of_it() {
    let plugin = Scripted::with_key("1");
    let (other, _) = traced(&plugin).await;
    let stored = write(&other, AT).expect("written");
    let (reader, notes) = traced(&plugin).await;
    plugin.go_down();
    read(&reader, &stored, AT)
        .await
        .expect_err("nobody answers");
    let refused = "DEK decryption failed: rpc error: code = Unavailable desc = gone fishing";
    assert_eq!(
        notes.take(),
        [&DECODED[..], &[ASKED, refused, "end"]].concat()
    );

    plugin.script().down = None;
    read(&reader, &stored, AT).await.expect("readable");
    let asked = [ASKED, "DEK decryption succeeded"];
    assert_eq!(notes.take(), [&DECODED[..], &asked, &DECRYPTED].concat());
    read(&reader, &stored, AT).await.expect("readable");
    assert_eq!(notes.take(), [DECODED, DECRYPTED].concat(), "remembered");

    // The plugin did its part, though nothing can be done with its answer.
    let (reader, notes) = traced(&plugin).await;
    plugin.forget_all_but(31);
    read(&reader, &stored, AT).await.expect_err("no key");
    let asked = [ASKED, "DEK decryption succeeded", "end"];
    assert_eq!(notes.take(), [&DECODED[..], &asked].concat());
}

#[tokio::test]
async fn a_failure_tells_where_and_why() {
    let (transformer, notes) = traced(&Scripted::with_key("1")).await;
    let stored = write(&transformer, AT).expect("written");
    notes.take();
    read(&transformer, &Bytes::new(), AT)
        .await
        .expect_err("no object");
    let failed = "Decoding encrypted object failed: encrypted data is empty";
    assert_eq!(notes.take(), [READ, DECODED[1], failed, "end"]);
    read(&transformer, &stored, "/elsewhere")
        .await
        .expect_err("moved");
    let failed = "Data decryption failed: cipher: message authentication failed";
    assert_eq!(
        notes.take(),
        [&DECODED[..], &[DECRYPTED[0], failed, "end"]].concat()
    );
    write(&transformer, "").expect_err("bound to nothing");
    let failed = "Data encryption failed: authenticated data must not be empty";
    assert_eq!(
        notes.take(),
        [WRITE, "About to encrypt data using DEK", failed, "end"]
    );
}

#[tokio::test(start_paused = true)]
async fn where_there_is_no_key_no_step_comes_to_it() {
    let plugin = Scripted::with_key("1");
    let (transformer, notes) = traced(&plugin).await;
    let stored = write(&transformer, AT).expect("written");
    notes.take();
    advance(Duration::from_secs(181)).await;
    write(&transformer, AT).expect_err("expired");
    assert_eq!(notes.take(), [WRITE, "end"]);

    plugin.go_down();
    let (never, notes) = traced(&plugin).await;
    write(&never, AT).expect_err("no key");
    assert_eq!(notes.take(), [WRITE, "end"]);
    read(&never, &stored, AT).await.expect_err("no key");
    assert_eq!(notes.take(), [&DECODED[..], &["end"]].concat());
}
