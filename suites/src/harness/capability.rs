use std::fmt;

macro_rules! capabilities {
    ($($name:ident, $id:literal, $hook:literal, $meaning:literal;)*) => {
        /// Something a store may be able to do, or let the suites do to it. Cases say what they need.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Capability {
            $(#[doc = $meaning] $name,)*
        }

        impl Capability {
            /// All of them, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name that lists and reports show.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// What it means.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)* }
            }

            /// Whether it is a hook: something beyond the contract, there only where a backend hands it out.
            pub const fn is_hook(self) -> bool {
                match self { $(Self::$name => $hook,)* }
            }
        }
    };
}

capabilities! {
    Paging, "paging", false, "Lists honour a limit and hand out continue tokens.";
    ExactReads, "exact-reads", false, "Lists at an exact earlier version that is not compacted.";
    Watch, "watch", false, "Changes are delivered as they happen.";
    WatchHistory, "watch-history", false, "A watch can start at an earlier version that is not compacted.";
    InitialEvents, "initial-events", false, "A watch can send the current state first and mark its end.";
    Progress, "progress", false, "Watches with progress notification get a bookmark when one is requested.";
    Suggestions, "suggestions", false, "An object that the caller suggests is taken at its word until something says otherwise.";
    TimeToLive, "time-to-live", false, "Objects can be stored for a limited time.";
    SharedExpiry, "shared-expiry", false, "Objects that share a lease end in one version.";
    Statistics, "statistics", false, "The number of objects is known.";
    SizeEstimation, "size-estimation", false, "The mean size of the stored values can be estimated.";
    Transformer, "transformer", false, "Values pass the transformer of the opening on every way in and out.";
    Codec, "codec", false, "Values pass the codec of the opening on every way in and out.";
    CorruptObjects, "corrupt-objects", false, "Where the opening allows it, corrupt objects are told apart from other trouble, and can be deleted unseen.";
    Exclusive, "exclusive", false, "Nobody else uses the server meanwhile: versions can be counted, history can be compacted.";
    RawBytes, "raw-bytes", true, "The stored bytes of a full key can be read and written beneath the store.";
    RawTransactions, "raw-transactions", true, "Several full keys can be written beneath the store in one version.";
    Compaction, "compaction", true, "History can be compacted; reads below the version fail from then on.";
    RevisionBump, "revision-bump", true, "The version of the whole store can be advanced without touching an object.";
    RequestCounting, "request-counting", true, "What the store sends to its server can be looked at; it is what the API server's own store sends.";
    ClientLink, "client-link", true, "The way between the store and its server can be cut, frozen, slowed down and healed.";
    ServerFaults, "server-faults", true, "The store's server can be killed, stopped in its tracks and started again with the data it had.";
    LeaderChange, "leader-change", true, "The members of the store's server can be made to follow another leader.";
    Partition, "partition", true, "The members of the store's server can be kept apart and brought together again.";
    Wire, "wire", true, "The store is a server with etcd's API, which can be asked past the store.";
    OwnServer, "own-server", true, "Servers can be started for single cases, with flags of etcd.";
    OwnCluster, "own-cluster", true, "Clusters of three members can be started for single cases.";
    OwnControl, "own-control", true, "Servers of single cases can be killed, paused, and started again with the data they had.";
    OwnTls, "own-tls", true, "Servers with mutual TLS can be started for single cases.";
    Leases, "leases", true, "The lease that a full key hangs on can be looked at; leases are shared as the opening says.";
    JudgedTransformer, "judged-transformer", true, "What is judged is a transformer, which can be opened with any keys.";
    Secrecy, "secrecy", true, "What a transformer stores shows nothing of the value, and another key does not open it.";
    Authentication, "authentication", true, "A transformer refuses bytes that were changed, cut or made longer.";
    Binding, "binding", true, "A transformer refuses a value that was moved to another key of the store.";
    Variation, "variation", true, "A transformer stores equal values differently each time.";
    Determinism, "determinism", true, "A transformer stores equal values in the same way.";
    Rotation, "rotation", true, "A transformer writes with the first of several keys, reads with all, and calls stale what another one wrote.";
    Samples, "samples", true, "There are values that were stored elsewhere, which a transformer has to read.";
    JudgedCodec, "judged-codec", true, "What is judged is a codec of Pods.";
    JsonForm, "json-form", true, "The codec that is judged writes JSON.";
    CborForm, "cbor-form", true, "The codec that is judged writes CBOR.";
    ProtobufForm, "protobuf-form", true, "The codec that is judged writes the protobuf envelope.";
    ProtobufReading, "protobuf-reading", true, "The codec that is judged reads the protobuf envelope, whatever it writes.";
}

impl fmt::Display for Capability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

/// What is judged. Cases are about one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A store, or the server beneath it.
    Store,
    /// A transformer, by itself and beneath a store.
    Transformer,
    /// A codec, by itself.
    Codec,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Store => "stores",
            Self::Transformer => "transformers",
            Self::Codec => "codecs",
        })
    }
}

/// A set of [`Capability`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(u64);

impl Capabilities {
    /// Nothing but create, get, list, update and delete at the latest version.
    pub const fn none() -> Self {
        Self(0)
    }

    /// All of the contract: everything but hooks, which are declared by handing them out.
    pub fn contract() -> Self {
        Capability::ALL
            .iter()
            .filter(|capability| !capability.is_hook())
            .fold(Self::none(), |set, capability| set.with(*capability))
    }

    /// All that a transformer can promise of what it stores, for an authenticated cipher behind keys that can be changed.
    pub const fn transformer() -> Self {
        Self::none()
            .with(Capability::JudgedTransformer)
            .with(Capability::Secrecy)
            .with(Capability::Authentication)
            .with(Capability::Binding)
            .with(Capability::Variation)
            .with(Capability::Rotation)
    }

    /// What those who have these capabilities are.
    pub const fn kind(self) -> Kind {
        if self.has(Capability::JudgedTransformer) {
            Kind::Transformer
        } else if self.has(Capability::JudgedCodec) {
            Kind::Codec
        } else {
            Kind::Store
        }
    }

    /// The set with one more.
    #[must_use]
    pub const fn with(self, capability: Capability) -> Self {
        Self(self.0 | 1 << capability as u32)
    }

    /// The set with one less.
    #[must_use]
    pub const fn without(self, capability: Capability) -> Self {
        Self(self.0 & !(1 << capability as u32))
    }

    /// Whether the set holds it.
    pub const fn has(self, capability: Capability) -> bool {
        self.0 & 1 << capability as u32 != 0
    }

    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in the set, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Capability> {
        Capability::ALL
            .iter()
            .copied()
            .filter(move |capability| self.has(*capability))
    }
}
