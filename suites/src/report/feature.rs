/// What newer releases of Kubernetes do with a server, where it lets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// Watches are asked how far they are.
    WatchProgress,
    /// Lists that are up to date, from a cache that is.
    ConsistentLists,
    /// Keys without values, to know how large objects are.
    KeysOnly,
    /// Lists as a stream.
    RangeStream,
}

impl Feature {
    /// Every feature, with what it is called and what it takes.
    pub(super) const TABLE: [(Self, &str, &[&str]); 4] = [
        (
            Self::WatchProgress,
            "progress of watches on request",
            &["WCH-40", "WCH-41"],
        ),
        (
            Self::ConsistentLists,
            "consistent lists from cache (Kubernetes 1.31)",
            &["WCH-40", "WCH-41"],
        ),
        (
            Self::KeysOnly,
            "lists of keys alone (Kubernetes 1.34)",
            &["RNG-15"],
        ),
        (
            Self::RangeStream,
            "streamed ranges, or a plain word that there are none (Kubernetes 1.37)",
            &["RST-01"],
        ),
    ];

    /// What takes this requirement.
    pub(super) fn of(requirement: &str) -> impl Iterator<Item = Self> {
        let table = Self::TABLE.into_iter();
        table
            .filter(move |(_, _, takes)| takes.contains(&requirement))
            .map(|(feature, _, _)| feature)
    }
}
