/// What a case needs beyond a server that it shares with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// Nobody else writes to the server meanwhile, or compacts it: revisions of the whole store are counted, or history goes.
    Quiet,
    /// A server that belongs to the case, started with flags of its choice.
    OwnServer,
    /// A cluster of three members that belongs to the case.
    OwnCluster,
    /// The servers that belong to the case can be killed, paused and started again with the data they had.
    Control,
    /// A server that belongs to the case, with mutual TLS.
    Tls,
}

impl Need {
    /// Every need.
    pub const ALL: [Self; 5] = [
        Self::Quiet,
        Self::OwnServer,
        Self::OwnCluster,
        Self::Control,
        Self::Tls,
    ];

    /// The name that lists and reports show.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Quiet => "exclusive",
            Self::OwnServer => "own-server",
            Self::OwnCluster => "own-cluster",
            Self::Control => "own-control",
            Self::Tls => "own-tls",
        }
    }
}
