/// Who depends on a requirement, and so how bad it is where it does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// Any implementation must.
    Contract,
    /// What the etcd3 store does beyond the contract.
    Etcd3,
    /// Where code and documentation disagree: decided, then pinned.
    Quirk,
    /// Kubernetes sends this or depends on the answer.
    Kubernetes,
    /// Newer releases of Kubernetes do; the requirement says which, or what for.
    NewerKubernetes,
    /// Other clients of etcd depend on it.
    Parity,
    /// The answer depends on the version of etcd.
    Version,
    /// It crashes real servers: only asked for by name, of a server that belongs to the case.
    Hazard,
    /// A matter of the implementation's own tests.
    Internal,
    /// The Go implementation does otherwise, and this one should not.
    Defect,
}

impl Tier {
    /// Every tier.
    pub const ALL: [Self; 10] = [
        Self::Contract,
        Self::Etcd3,
        Self::Quirk,
        Self::Kubernetes,
        Self::NewerKubernetes,
        Self::Parity,
        Self::Version,
        Self::Hazard,
        Self::Internal,
        Self::Defect,
    ];

    /// How the table writes it.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Contract => "C",
            Self::Etcd3 => "E",
            Self::Quirk => "Q",
            Self::Kubernetes => "K",
            Self::NewerKubernetes => "K+",
            Self::Parity => "P",
            Self::Version => "V",
            Self::Hazard => "H",
            Self::Internal => "I",
            Self::Defect => "D",
        }
    }

    /// What it says about a requirement.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Contract => "the contract; any store must",
            Self::Etcd3 => "what the etcd3 store does beyond the contract",
            Self::Quirk => "code and documentation disagree; decided, then pinned",
            Self::Kubernetes => "Kubernetes depends on it",
            Self::NewerKubernetes => "newer releases of Kubernetes depend on it",
            Self::Parity => "other clients of etcd depend on it, Kubernetes does not",
            Self::Version => "depends on the version of etcd",
            Self::Hazard => "crashes real servers; asked for by name only",
            Self::Internal => "a matter of the implementation's own tests",
            Self::Defect => "the Go implementation does otherwise, and this one should not",
        }
    }

    /// The tier that the table writes so.
    pub(super) fn of(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.letter() == letter)
    }
}
