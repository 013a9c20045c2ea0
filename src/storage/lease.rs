use std::time::Duration;

/// How leases are shared among objects that expire (store §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseManagerConfig {
    /// How much longer than asked for an object may live at most, so that others can share its lease. Whole seconds, a
    /// fraction is dropped; zero gives each object its own lease.
    pub reuse_duration: Duration,
    /// How many objects share a lease at most; zero and less mean 1000.
    pub max_object_count: i64,
}

impl LeaseManagerConfig {
    /// A minute, and a thousand objects.
    pub const DEFAULT: Self = Self {
        reuse_duration: Duration::from_secs(60),
        max_object_count: 1000,
    };
}

impl Default for LeaseManagerConfig {
    fn default() -> Self {
        Self::DEFAULT
    }
}
