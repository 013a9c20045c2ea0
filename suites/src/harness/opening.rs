use std::{fmt, sync::Arc};

use storeproof::{
    codec::Codec,
    storage::{GroupResource, KeyError, KeySpace, LeaseManagerConfig},
    value::Transformer,
};
use storeproof_fixtures::objects::{Pod, RESOURCE_PREFIX};
use uuid::Uuid;

/// How a store is to be opened: where it keeps its objects, and what its values pass on their way.
///
/// Every case gets a path prefix of its own that nobody used before, so that cases can share a backend and never need
/// to clean up.
#[derive(Clone)]
pub struct Opening {
    key_space: KeySpace,
    codec: Arc<dyn Codec<Pod>>,
    transformer: Arc<dyn Transformer>,
    exclusive: bool,
    unsafe_deletion: bool,
    leases: LeaseManagerConfig,
    faults: Faults,
}

/// What a case breaks around its store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Faults {
    link: bool,
    servers: bool,
}

impl Opening {
    /// An opening below a prefix that nobody used before.
    pub fn fresh(
        codec: Arc<dyn Codec<Pod>>,
        transformer: Arc<dyn Transformer>,
        exclusive: bool,
    ) -> Self {
        let prefix = format!("/storeproof/{}", Uuid::new_v4().simple());
        Self {
            key_space: KeySpace::new(&prefix, RESOURCE_PREFIX)
                .expect("the resource prefix of the sample objects is valid"),
            codec,
            transformer,
            exclusive,
            unsafe_deletion: true,
            leases: LeaseManagerConfig::DEFAULT,
            faults: Faults::default(),
        }
    }

    /// The same opening for a case that breaks the way to the server, or servers.
    #[must_use]
    pub(super) fn breaking(mut self, link: bool, servers: bool) -> Self {
        self.faults = Faults { link, servers };
        self
    }

    /// The same opening for a store that does not allow unsafe deletion.
    #[must_use]
    pub fn without_unsafe_deletion(mut self) -> Self {
        self.unsafe_deletion = false;
        self
    }

    /// The same with leases shared in another way than by default.
    #[must_use]
    pub fn sharing_leases(mut self, leases: LeaseManagerConfig) -> Self {
        self.leases = leases;
        self
    }

    /// The path prefix before every key, from slash to slash.
    pub fn prefix(&self) -> &str {
        self.key_space.path_prefix()
    }

    /// The resource's own prefix below it.
    pub fn resource_prefix(&self) -> &str {
        self.key_space.resource_prefix()
    }

    /// Both prefixes, and the rules that make full keys of logical ones.
    pub fn key_space(&self) -> &KeySpace {
        &self.key_space
    }

    /// The full key of a logical key.
    ///
    /// # Errors
    ///
    /// The key is one that no store accepts.
    pub fn full_key(&self, key: &str) -> Result<String, KeyError> {
        self.key_space.prepare(key, false)
    }

    /// How objects become bytes. A store that does not use it declares to be without [`Capability::Codec`].
    ///
    /// [`Capability::Codec`]: super::Capability::Codec
    pub fn codec(&self) -> Arc<dyn Codec<Pod>> {
        Arc::clone(&self.codec)
    }

    /// How bytes are protected. A store that does not use it declares to be without [`Capability::Transformer`].
    ///
    /// [`Capability::Transformer`]: super::Capability::Transformer
    pub fn transformer(&self) -> Arc<dyn Transformer> {
        Arc::clone(&self.transformer)
    }

    /// The resource whose objects are stored, as errors of lists name it: Pods of the core group.
    pub fn group_resource(&self) -> GroupResource {
        GroupResource::core("pods")
    }

    /// Whether the feature gate `AllowUnsafeMalformedObjectDeletion` is on, as it is by default: corrupt objects are told
    /// apart from other trouble, a list tells of all it meets, and they can be deleted unseen.
    ///
    /// Where it is off, an object that cannot be read fails whatever reads it, and nobody deletes it. A store that knows
    /// only this, whatever the opening says, declares to be without [`Capability::CorruptObjects`].
    ///
    /// [`Capability::CorruptObjects`]: super::Capability::CorruptObjects
    pub fn allows_unsafe_deletion(&self) -> bool {
        self.unsafe_deletion
    }

    /// How leases are shared among objects that expire. A store that does not use it hands out no hook for leases.
    pub fn leases(&self) -> LeaseManagerConfig {
        self.leases
    }

    /// Whether the case breaks the way between this store and its server: it needs one of its own. Never without the
    /// hook for it.
    pub fn breaks_link(&self) -> bool {
        self.faults.link
    }

    /// Whether the case breaks servers: those of a server that no other case uses meanwhile. Never without a hook for it.
    pub fn breaks_servers(&self) -> bool {
        self.faults.servers
    }

    /// Whether nobody else may use the backend meanwhile: the case compacts history or counts versions.
    pub fn is_exclusive(&self) -> bool {
        self.exclusive
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Opening")
            .field("key_space", &self.key_space)
            .field("exclusive", &self.exclusive)
            .field("unsafe_deletion", &self.unsafe_deletion)
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}
