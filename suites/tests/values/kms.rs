//! Transformers whose keys a plugin has, which listens on a socket. Each opening gets plugins of its own, which have the
//! keys of the opening and no others.

use std::{fmt, sync::Arc, time::Duration};

use storeproof_suites::{
    Key, Keys, Provider, Result,
    fixtures::kms::Plugin,
    storeproof::value::{
        Context, Data, Error, Eventually, Opened, PrefixTransformers, Transformer,
        kms::{
            v1::{self, KmsV1},
            v2::{self, KmsV2},
        },
    },
};

const PATIENCE: Duration = Duration::from_secs(60);

/// What a plugin calls a key: two of one name are told apart by their secrets.
fn id(key: &Key) -> String {
    let sum: u32 = key.secret().into_iter().map(u32::from).sum();
    format!("{}-{sum}", key.name())
}

/// A plugin that encrypts with the first of these keys, and decrypts with all of them.
fn started(vault: &Plugin, keys: &[&Key]) -> Result<Plugin> {
    let plugin = vault.another()?;
    plugin.behave(|behaviour| {
        behaviour.key_id = keys.first().map(|key| id(key)).unwrap_or_default();
        behaviour.decrypts = Some(keys.iter().map(|key| id(key)).collect());
    });
    plugin.start()?;
    Ok(plugin)
}

/// A transformer with the plugins that it asks.
pub(crate) struct Attended {
    transformer: PrefixTransformers,
    _plugins: Vec<Plugin>,
}

impl fmt::Debug for Attended {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.transformer.fmt(formatter)
    }
}

impl Transformer for Attended {
    fn from_storage<'a>(
        &'a self,
        stored: Data,
        context: Context<'a>,
    ) -> Eventually<'a, Result<Opened, Error>> {
        self.transformer.from_storage(stored, context)
    }

    fn to_storage<'a>(
        &'a self,
        plain: &'a [u8],
        context: Context<'a>,
        stored: &'a mut Vec<u8>,
    ) -> Eventually<'a, Result<(), Error>> {
        self.transformer.to_storage(plain, context, stored)
    }
}

/// The first version: a provider for each key.
pub(crate) struct V1(Plugin);

impl V1 {
    pub(crate) fn new() -> Self {
        Self(Plugin::new().expect("room for a folder"))
    }
}

impl Provider for V1 {
    type Transformer = Attended;

    async fn open(&self, keys: &Keys) -> Result<Attended> {
        let (mut plugins, mut entries) = (Vec::new(), Vec::new());
        for key in keys.iter() {
            let plugin = started(&self.0, &[key])?;
            let remote = v1::Remote::new(&plugin.endpoint(), PATIENCE);
            let transformer: Arc<dyn Transformer> = Arc::new(KmsV1::new(Arc::new(remote), 100));
            entries.push((format!("k8s:enc:kms:v1:{}:", key.name()), transformer));
            plugins.push(plugin);
        }
        Ok(Attended {
            transformer: PrefixTransformers::new(entries),
            _plugins: plugins,
        })
    }
}

/// The second version: one provider, whose plugin changes its key.
pub(crate) struct V2(Plugin);

impl V2 {
    pub(crate) fn new() -> Self {
        Self(Plugin::new().expect("room for a folder"))
    }
}

impl Provider for V2 {
    type Transformer = Attended;

    async fn open(&self, keys: &Keys) -> Result<Attended> {
        let keys: Vec<&Key> = keys.iter().collect();
        let plugin = started(&self.0, &keys)?;
        let remote = v2::Remote::new(&plugin.endpoint(), PATIENCE);
        let provider = v2::Provider::new("vault", Arc::new(remote));
        provider.check().await?;
        let transformer: Arc<dyn Transformer> = Arc::new(KmsV2::new(provider.into()));
        Ok(Attended {
            transformer: PrefixTransformers::new([("k8s:enc:kms:v2:vault:", transformer)]),
            _plugins: vec![plugin],
        })
    }
}
