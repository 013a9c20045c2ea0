//! Transformers and codecs as subjects: their cases get a store as all others do, and what they judge beside it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use futures::future::BoxFuture;
use storeproof::codec::{Codec, Form, protobuf::Envelope};
use storeproof_fixtures::objects::{Pod, pod};

use super::{AnyProvider, Capabilities, Capability, Instance, Opening, Provider, Subject, erase};
use crate::{Result, subject::Memory};

/// Makes a [`Subject`] of a transformer, and of a store that keeps its values where cases need one.
pub fn erase_provider(provider: impl Provider, store: Arc<dyn Subject>) -> Arc<dyn Subject> {
    let provider = Box::new(provider);
    Arc::new(JudgedTransformer { provider, store })
}

struct JudgedTransformer {
    provider: Box<dyn AnyProvider>,
    store: Arc<dyn Subject>,
}

impl Subject for JudgedTransformer {
    fn capabilities(&self) -> Capabilities {
        let declared = self.provider.capabilities();
        let declared = declared.with(Capability::JudgedTransformer);
        let declared = if self.provider.samples().is_empty() {
            declared.without(Capability::Samples)
        } else {
            declared.with(Capability::Samples)
        };
        declared.and(self.store.capabilities())
    }

    fn has_spare(&self) -> bool {
        self.store.has_spare()
    }

    fn open<'a>(&'a self, at: &'a Opening) -> BoxFuture<'a, Result<Instance>> {
        self.store.open(at)
    }

    fn provider(&self) -> Option<&dyn AnyProvider> {
        Some(&*self.provider)
    }
}

/// Makes a [`Subject`] of a codec. What it writes of a Pod says which form it has, and a Pod in an envelope whether it reads
/// envelopes although it writes none.
pub fn erase_codec(codec: Arc<dyn Codec<Pod>>) -> Arc<dyn Subject> {
    let store = erase(Memory::new());
    Arc::new(JudgedCodec { codec, store })
}

struct JudgedCodec {
    codec: Arc<dyn Codec<Pod>>,
    store: Arc<dyn Subject>,
}

impl JudgedCodec {
    /// Whether it reads the simplest envelope that there is of a Pod.
    fn reads_envelopes(&self) -> bool {
        let mut bytes = Vec::new();
        // A message with nothing but a name: field 1 is the metadata, whose field 1 is the name.
        Envelope::new("v1", "Pod", &b"\x0a\x05\x0a\x03foo"[..]).write(&mut bytes);
        let read = catch_unwind(AssertUnwindSafe(|| self.codec.decode(&bytes)));
        matches!(read, Ok(Ok(_)))
    }
}

impl Subject for JudgedCodec {
    fn capabilities(&self) -> Capabilities {
        let mut bytes = Vec::new();
        let form = match self.codec.encode(&pod("test-ns", "foo"), &mut bytes) {
            Ok(()) => Form::of(&bytes),
            // A case says so.
            Err(_) => None,
        };
        let judged = Capabilities::none().with(Capability::JudgedCodec);
        let judged = match form {
            Some(Form::Json) => judged.with(Capability::JsonForm),
            Some(Form::Cbor) => judged.with(Capability::CborForm),
            Some(Form::Protobuf) => judged.with(Capability::ProtobufForm),
            _ => judged,
        };
        if form == Some(Form::Protobuf) || self.reads_envelopes() {
            judged.with(Capability::ProtobufReading)
        } else {
            judged
        }
    }

    fn has_spare(&self) -> bool {
        self.store.has_spare()
    }

    fn open<'a>(&'a self, at: &'a Opening) -> BoxFuture<'a, Result<Instance>> {
        self.store.open(at)
    }

    fn codec(&self) -> Option<Arc<dyn Codec<Pod>>> {
        Some(Arc::clone(&self.codec))
    }
}
