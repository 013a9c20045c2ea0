use crate::harness::Selection;

/// Which cases: shared by `run` and `list`.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Selecting {
    /// Only this suite; give it again for more.
    #[arg(long = "suite", value_name = "NAME")]
    suites: Vec<String>,
    /// Only cases whose id holds this text; give it again for more.
    #[arg(long = "filter", value_name = "TEXT")]
    filters: Vec<String>,
}

impl From<Selecting> for Selection {
    fn from(selecting: Selecting) -> Self {
        Self {
            suites: selecting.suites,
            filters: selecting.filters,
        }
    }
}
