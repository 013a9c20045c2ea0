use std::{fmt, path::PathBuf, str::FromStr, sync::Arc, time::Duration};

use super::KnownFailures;

/// Where all randomness of a run comes from. Printed with the run, and accepted to repeat it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Seed(pub u64);

impl Seed {
    /// A seed that nobody chose.
    pub fn random() -> Self {
        Self(rand::random::<u32>().into())
    }

    /// The seed for one part of the run, so that parts do not repeat each other.
    #[must_use]
    pub fn of(self, part: &str) -> Self {
        // FNV-1a: stable over versions and machines, unlike the standard library's hasher.
        let hash = part.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(self.0 ^ hash)
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromStr for Seed {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// What cases need to know of the run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where randomness comes from.
    pub seed: Seed,
    /// How many random sequences each property suite tries.
    pub sequences: u32,
    /// For how long each stress case writes. It stops earlier once it has written enough for that time.
    pub stress: Duration,
    /// Whether failing sequences are made smaller. Without, a verdict comes sooner.
    pub shrink: bool,
    /// Where minimal counterexamples are kept, to be tried first the next time. `None` keeps none.
    pub counterexamples: Option<PathBuf>,
    /// Where everything that was noted of a case that fails is kept, a file a case. `None` keeps nothing.
    pub histories: Option<PathBuf>,
    /// Cases that are expected to fail.
    pub known_failures: Arc<KnownFailures>,
}

impl Settings {
    /// The default load: a few seconds a property suite.
    pub fn with_seed(seed: Seed) -> Self {
        Self {
            seed,
            sequences: 64,
            stress: Duration::from_millis(1500),
            shrink: true,
            counterexamples: None,
            histories: None,
            known_failures: Arc::default(),
        }
    }
}
