use std::{fmt, time::Duration};

use tokio::time::Instant;

use super::{
    Provider,
    data_key::DataKey,
    expiry::on_the_wall,
    proto::EncryptRequest,
    provider::{Current, uid},
    source::{Kind, Source},
    stored,
};
use crate::value::kms::{
    Error, hashed,
    observer::{generated, observed},
};

/// How long values may be written after the plugin has confirmed its key (backend §7.10).
const CONFIRMED: Duration = Duration::from_secs(3 * 60);

/// The plugin has another key, and there is no data key source for it. What there was before stays in use until it expires.
#[derive(Clone, Debug)]
pub struct RotationFailed {
    uid: String,
    seeds: bool,
    state: Option<Error>,
    generated: Option<Error>,
    key_ids: KeyIds,
    expires: String,
}

/// Hashes of the names that the key has in different mouths.
#[derive(Clone, Debug)]
struct KeyIds {
    status: String,
    encrypt: String,
    state: String,
}

impl Provider {
    /// Makes sure that what is written from now on is encrypted with the plugin's key.
    ///
    /// The same key as before needs nobody: it may be written with for another while. For another one the plugin encrypts
    /// a new data key source, if `rotates`; it counts only if the plugin names the same key with it.
    pub(super) async fn follow(&self, key_id: &str, rotates: bool) -> Result<(), RotationFailed> {
        // Before any call: what was confirmed was so when the question was asked.
        let until = Instant::now() + CONFIRMED;
        let current = self.current();
        if let Ok(current) = &current
            && current.source.key_id == key_id
            && current.source.kind == self.kind
        {
            self.write_with(Current {
                until,
                ..Current::clone(current)
            });
            return Ok(());
        }
        if !rotates {
            return Ok(());
        }
        let uid = uid();
        tracing::debug!(uid, "encrypting content using envelope service");
        let generated = self.generate(&uid, until).await;
        let (encrypt, generated) = match generated {
            Ok(new) if new.source.key_id == key_id => {
                tracing::info!(
                    uid,
                    "successfully rotated DEK: useSeed={}, newKeyIDHash={:?}, oldKeyIDHash={:?}, expirationTimestamp={}",
                    self.kind == Kind::Seed,
                    hashed(key_id),
                    current.map_or_else(|_| String::new(), |old| hashed(&old.source.key_id)),
                    on_the_wall(until),
                );
                self.write_with(new);
                return Ok(());
            }
            Ok(new) => (hashed(&new.source.key_id), None),
            Err(error) => (String::new(), Some(error)),
        };
        let (state, expires) = match &current {
            Ok(current) => (hashed(&current.source.key_id), on_the_wall(current.until)),
            Err(_) => (String::new(), "never".to_owned()),
        };
        Err(RotationFailed {
            uid,
            seeds: self.kind == Kind::Seed,
            state: current.err(),
            generated,
            key_ids: KeyIds {
                status: hashed(key_id),
                encrypt,
                state,
            },
            expires,
        })
    }

    async fn generate(&self, uid: &str, until: Instant) -> Result<Current, Error> {
        let made = generated(&*self.observer, || DataKey::generate(self.kind));
        let (key, secret) = made.map_err(Error::Generate)?;
        let request = EncryptRequest {
            plaintext: secret.expose().to_vec(),
            uid: uid.to_owned(),
        };
        let call = self.service.encrypt(request);
        let answer = observed(&*self.observer, "/v2.KeyManagementService/Encrypt", call).await;
        let answer = answer.map_err(Error::Encrypt)?;
        let source = Source {
            kind: self.kind,
            encrypted: answer.ciphertext,
            key_id: answer.key_id,
            annotations: answer.annotations,
        };
        source.check()?;
        Ok(Current {
            uid: uid.to_owned(),
            digest: source.digest(),
            behind: stored::behind(&source),
            source,
            key,
            until,
        })
    }
}

impl fmt::Display for RotationFailed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_nil = |error: &Option<Error>| {
            error
                .as_ref()
                .map_or_else(|| "<nil>".to_owned(), Error::to_string)
        };
        let Self {
            uid,
            seeds,
            key_ids,
            expires,
            ..
        } = self;
        write!(
            formatter,
            "failed to rotate DEK uid={uid:?}, useSeed={seeds}, errState={}, errGen={}, ",
            or_nil(&self.state),
            or_nil(&self.generated),
        )?;
        write!(
            formatter,
            "statusKeyIDHash={:?}, encryptKeyIDHash={:?}, stateKeyIDHash={:?}, expirationTimestamp={expires}",
            key_ids.status, key_ids.encrypt, key_ids.state,
        )
    }
}

impl std::error::Error for RotationFailed {}
