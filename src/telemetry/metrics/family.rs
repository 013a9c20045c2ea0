use prometheus::{
    GaugeVec, HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry,
    core::Collector, exponential_buckets,
};

use super::Error;

/// One metric family: a name, what it counts, and by which labels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Family {
    /// The name that scrapers know.
    pub name: &'static str,
    /// What kind of numbers it has.
    pub kind: Kind,
    /// The names of its labels, in the order of the values.
    pub labels: &'static [&'static str],
    /// What its users may rely on.
    pub stability: Stability,
    /// What it says, in a sentence.
    pub help: &'static str,
}

/// What kind of numbers a family has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A number that grows.
    Counter,
    /// A number that goes up and down.
    Gauge,
    /// How many observations lie below each bound.
    Histogram(Buckets),
}

/// The bounds of a histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Buckets {
    /// These.
    Listed(&'static [f64]),
    /// So many, each twice the one before it.
    Doubling {
        /// The first.
        from: f64,
        /// How many.
        count: usize,
    },
}

impl Buckets {
    /// Each bound, in order, without the infinite one.
    pub fn bounds(&self) -> Vec<f64> {
        match *self {
            Self::Listed(bounds) => bounds.to_vec(),
            Self::Doubling { from, count } => {
                exponential_buckets(from, 2.0, count).expect("the table begins above zero")
            }
        }
    }
}

/// What the users of a family may rely on; the API server writes it before the help text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stability {
    /// Nothing: it may change or go.
    Alpha,
    /// It stays for a while.
    Beta,
    /// It stays.
    Stable,
    /// It is alpha, and was given up in this version of Kubernetes.
    DeprecatedAlpha(&'static str),
    /// It was stable, and was given up in this version of Kubernetes.
    DeprecatedStable(&'static str),
    /// The API server says nothing about it.
    Unstated,
}

impl Family {
    /// The help text as it is exposed.
    pub fn full_help(&self) -> String {
        let help = self.help;
        match self.stability {
            Stability::Alpha => format!("[ALPHA] {help}"),
            Stability::Beta => format!("[BETA] {help}"),
            Stability::Stable => format!("[STABLE] {help}"),
            Stability::DeprecatedAlpha(since) => {
                format!("[ALPHA] (Deprecated since {since}) {help}")
            }
            Stability::DeprecatedStable(since) => {
                format!("[STABLE] (Deprecated since {since}) {help}")
            }
            Stability::Unstated => help.to_owned(),
        }
    }

    fn options(&self) -> Opts {
        Opts::new(self.name, self.full_help())
    }
}

/// What a family is kept in.
pub(super) trait Kept: Collector + Clone + Sized + 'static {
    fn of(family: &Family) -> prometheus::Result<Self>;

    /// # Errors
    ///
    /// The registry has a family of this name already.
    fn register(family: &Family, registry: &Registry) -> Result<Self, Error> {
        let refused = |source| Error {
            family: family.name,
            source,
        };
        let kept = Self::of(family).map_err(refused)?;
        registry.register(Box::new(kept.clone())).map_err(refused)?;
        Ok(kept)
    }
}

impl Kept for IntCounterVec {
    fn of(family: &Family) -> prometheus::Result<Self> {
        Self::new(family.options(), family.labels)
    }
}

impl Kept for IntGaugeVec {
    fn of(family: &Family) -> prometheus::Result<Self> {
        Self::new(family.options(), family.labels)
    }
}

impl Kept for GaugeVec {
    fn of(family: &Family) -> prometheus::Result<Self> {
        Self::new(family.options(), family.labels)
    }
}

impl Kept for HistogramVec {
    fn of(family: &Family) -> prometheus::Result<Self> {
        let bounds = match family.kind {
            Kind::Histogram(buckets) => buckets.bounds(),
            Kind::Counter | Kind::Gauge => Vec::new(),
        };
        let options = HistogramOpts::from(family.options()).buckets(bounds);
        Self::new(options, family.labels)
    }
}
