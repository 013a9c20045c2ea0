/// Who depends on a requirement, and so how bad it is where it does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Kubernetes sends this or depends on the answer: a server that fails is not usable under it.
    Kubernetes,
    /// Newer releases of Kubernetes do, for one feature.
    NewerKubernetes(Feature),
    /// General clients of etcd depend on it, Kubernetes does not.
    Parity,
    /// The right answer depends on the version of etcd that is emulated.
    Version,
    /// It is known to crash real servers: only asked for by name, of a server that belongs to the case.
    Hazard,
}

/// What newer releases of Kubernetes can do with a server that goes beyond what all of them need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// Progress can be requested of a watch: consistent lists from the watch cache, and streamed lists.
    WatchProgress,
    /// Long ranges come in pieces on a stream.
    RangeStream,
    /// Ranges can be asked for their keys alone: the API server estimates the sizes of what it serves.
    KeysOnly,
}

impl Tier {
    /// How reports write it.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Kubernetes => "K",
            Self::NewerKubernetes(_) => "K+",
            Self::Parity => "P",
            Self::Version => "V",
            Self::Hazard => "H",
        }
    }
}

impl Feature {
    /// How reports call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WatchProgress => "consistent lists from the watch cache",
            Self::RangeStream => "range streams",
            Self::KeysOnly => "estimates of sizes",
        }
    }
}
