//! Transformers and codecs as subjects: their cases get a store as all others do, and what they judge beside it.

use std::sync::Arc;

use futures::future::BoxFuture;
use storeproof::codec::{Codec, Form};
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

/// Makes a [`Subject`] of a codec. What it writes of a Pod says which form it has.
pub fn erase_codec(codec: Arc<dyn Codec<Pod>>) -> Arc<dyn Subject> {
    let store = erase(Memory::new());
    Arc::new(JudgedCodec { codec, store })
}

struct JudgedCodec {
    codec: Arc<dyn Codec<Pod>>,
    store: Arc<dyn Subject>,
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
        match form {
            Some(Form::Json) => judged.with(Capability::JsonForm),
            _ => judged,
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
