use std::{error::Error as _, fmt, sync::Arc};

use futures::FutureExt;
use tokio::time::Instant;

use super::{
    Provider, data_key::DataKey, expiry::on_the_wall, provider::Current, source::Source, stored,
};
use crate::value::{
    Context, Data, Error, Eventually, Local, Opened, Transformer,
    kms::{
        self, Direction, RpcError, hashed,
        tracer::{DECODE, DECRYPT, DECRYPT_KEY, ENCODE, ENCRYPT, Steps},
    },
};

/// Encrypts values with the data key source of a [`Provider`] (backend §7.8, §7.9).
///
/// Stored: a message with the value, the encrypted data key source, and all that the plugin needs to decrypt it. A value is
/// bound to its key as with AES-GCM; what stands beside it in the message is not.
///
/// A value is stale if the plugin has another key now, or if it was written with a data key rather than a seed. One that was
/// written with another data key source under the same key is not: the sources of former processes stay in use.
///
/// A write asks nobody, and fails once the plugin has not confirmed its key for three minutes. A read asks the plugin for
/// what nobody has asked for in this process, once.
pub struct KmsV2 {
    pub(super) provider: Arc<Provider>,
}

impl KmsV2 {
    /// A transformer that writes with what the provider has.
    pub fn new(provider: Arc<Provider>) -> Self {
        Self { provider }
    }

    fn read<'a>(
        &'a self,
        stored: Data,
        context: Context<'a>,
    ) -> Result<Eventually<'a, Result<Opened, Error>>, kms::Error> {
        let steps = self
            .provider
            .steps("TransformFromStorage with envelopeTransformer");
        let current = self.provider.current();
        let known = current.as_ref().ok().map(|current| &*current.behind);
        // First, since a value that is none is not the provider's fault.
        let (value, source) = steps.take(DECODE, || decode(stored, known))?;
        let current = current?;
        let observer = &self.provider.observer;
        let Some(source) = source else {
            observer.used(Direction::FromStorage, &current.source.key_id);
            let opened = steps.take(DECRYPT, || current.key.open(value, context));
            return Ok(Eventually::now(opened));
        };
        let stale = is_stale(&source, &current);
        let key_id = source.key_id.clone();
        let open = move |steps: &Steps, key: &DataKey, value| {
            observer.used(Direction::FromStorage, &key_id);
            let opened = steps.take(DECRYPT, || key.open(value, context))?;
            Ok(Opened {
                stale: opened.stale || stale,
                ..opened
            })
        };
        if let Some(key) = self.provider.keys.get(&source.digest()) {
            // It shares the bytes of the value, which can be decrypted in place once nobody else has them.
            drop(source);
            return Ok(Eventually::now(open(&steps, &key, value)));
        }
        steps.begins(DECRYPT_KEY);
        let asked = self.provider.ask_for_key(source, context);
        Ok(Eventually::Later(
            async move {
                let key = asked.await;
                match key.as_ref().err().and_then(refusal) {
                    Some(refused) => steps.fails(DECRYPT_KEY, refused),
                    None => steps.succeeds(DECRYPT_KEY),
                }
                open(&steps, &key?, value)
            }
            .boxed(),
        ))
    }

    fn write(&self, plain: &[u8], context: Context<'_>, stored: &mut Vec<u8>) -> Result<(), Error> {
        let steps = self
            .provider
            .steps("TransformToStorage with envelopeTransformer");
        let current = self.provider.current()?;
        let now = Instant::now();
        if now > current.until {
            return Err(kms::Error::Expired {
                key_id_hash: hashed(&current.source.key_id),
                expired: on_the_wall(current.until),
                now: on_the_wall(now),
            }
            .into());
        }
        tracing::debug!(uid = current.uid, key = %context, "encrypting content using DEK");
        // After a change of the key others are to read it without asking.
        self.provider.keys.put(current.digest, current.key.clone());
        stored::begin(stored, current.key.length(plain), &current.behind);
        steps.take(ENCRYPT, || current.key.seal(plain, context, stored))?;
        steps.take(ENCODE, || {
            stored.extend_from_slice(&current.behind);
            // Whether it may be stored was judged when the source came from the plugin.
            Ok::<_, Error>(())
        })?;
        let key_id = &current.source.key_id;
        self.provider.observer.used(Direction::ToStorage, key_id);
        Ok(())
    }
}

/// The encrypted value, and its data key source where that is another one than the one `known` stands for.
fn decode(stored: Data, known: Option<&[u8]>) -> Result<(Data, Option<Source>), kms::Error> {
    let stored = match known {
        Some(behind) => match stored::value_before(stored, behind) {
            Ok(value) => return Ok((value, None)),
            Err(stored) => stored,
        },
        None => stored,
    };
    let (value, source) = stored::split(stored)?;
    Ok((value, Some(source)))
}

/// What the plugin said where it did not decrypt a data key source; none where what it decrypted is no key.
fn refusal(error: &Error) -> Option<&RpcError> {
    error.source()?.downcast_ref()
}

fn is_stale(source: &Source, current: &Current) -> bool {
    source.key_id != current.source.key_id || source.kind != current.source.kind
}

impl Transformer for KmsV2 {
    fn from_storage<'a>(
        &'a self,
        stored: Data,
        context: Context<'a>,
    ) -> Eventually<'a, Result<Opened, Error>> {
        self.read(stored, context)
            .unwrap_or_else(|error| Eventually::now(Err(error.into())))
    }

    fn to_storage<'a>(
        &'a self,
        plain: &'a [u8],
        context: Context<'a>,
        stored: &'a mut Vec<u8>,
    ) -> Eventually<'a, Result<(), Error>> {
        Eventually::now(self.write(plain, context, stored))
    }
}

impl fmt::Debug for KmsV2 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "KmsV2({:?})", self.provider)
    }
}
