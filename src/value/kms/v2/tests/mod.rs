mod logging;
mod reading;
mod rotation;
mod secrecy;
mod status;
mod steps;
mod tampering;
mod writing;

use std::sync::Arc;

use bytes::Bytes;
use futures::FutureExt;

use super::{KmsV2, Provider, scripted::Scripted};
use crate::value::{Context, Error, Opened, Transformer, golden::PANDAS};

/// A provider that has looked at its plugin, and has a data key.
async fn ready(plugin: &Arc<Scripted>) -> KmsV2 {
    let provider = Provider::new("vault", plugin.clone());
    provider.check().await.expect("healthy");
    KmsV2::new(Arc::new(provider))
}

/// What is written without asking anybody.
fn write(transformer: &KmsV2, at: &str) -> Result<Bytes, Error> {
    let mut stored = Vec::new();
    transformer
        .to_storage(PANDAS, Context::of_key(at), &mut stored)
        .now_or_never()
        .expect("a write asks nobody")?;
    Ok(stored.into())
}

async fn read(transformer: &KmsV2, stored: &Bytes, at: &str) -> Result<Opened, Error> {
    transformer
        .from_storage(stored.clone().into(), Context::of_key(at))
        .await
}

fn pandas(stale: bool) -> Opened {
    Opened {
        plain: PANDAS.into(),
        stale,
    }
}
