/// What clients do, and what may become of their requests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// What they ask for.
    pub(crate) profile: Profile,
    /// Servers are broken meanwhile: requests may fail, and what became of writes that did is not known.
    pub(crate) breaks: bool,
}

/// A mix of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Those of Kubernetes: transactions that compare the revision of one key, and reads.
    Kubernetes,
    /// Those of other clients: puts, deletions and transactions on several keys as well.
    General,
}
