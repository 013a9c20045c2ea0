use futures::future::BoxFuture;

use storeproof::storage::LeaseManagerConfig;

#[cfg(feature = "etcd")]
use super::Fault;
use super::{Capability, Context, Kind, Row, Verdict};

use crate::cases;

/// What a case returns while it runs.
pub type CaseFuture<'a> = BoxFuture<'a, Verdict>;

/// Whether a case can share its backend with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// A prefix of its own is enough.
    Prefix,
    /// It compacts, or counts versions of the whole store: nobody else may use the backend meanwhile.
    Exclusive,
    /// It breaks servers: those of a server that no other case uses meanwhile.
    Breaking,
    /// It starts clusters, or servers that die, for itself alone, and mostly waits for them: a few such cases run at a time.
    Own,
}

/// How a case runs: once, or once a row of its table.
#[derive(Clone, Copy)]
pub enum Run {
    /// Once.
    Once(for<'a> fn(&'a Context) -> CaseFuture<'a>),
    /// Once for each of these rows, which are listed, selected and reported on their own.
    Rows(
        &'static [Row],
        for<'a> fn(&'a Context, usize) -> CaseFuture<'a>,
    ),
    /// On the server itself, without a store: a case of the wire contract.
    #[cfg(feature = "etcd")]
    Wire(&'static storeproof_contract::Case),
}

impl std::fmt::Debug for Run {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Once(_) => formatter.write_str("Once"),
            Self::Rows(rows, _) => formatter.debug_tuple("Rows").field(rows).finish(),
            #[cfg(feature = "etcd")]
            Self::Wire(case) => formatter.debug_tuple("Wire").field(&case.id()).finish(),
        }
    }
}

/// One requirement and the function that checks it.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    module: &'static str,
    name: &'static str,
    /// What must hold, in one sentence.
    pub requirement: &'static str,
    /// Where that is written, by ids of the table of [requirements](crate::requirements): `store/5.3.1`, `backend/6.4`,
    /// several separated by blanks.
    pub source: &'static str,
    /// What the store must be able to do.
    pub needs: &'static [Capability],
    /// Whether it can share its backend.
    pub isolation: Isolation,
    /// Whether its store allows unsafe deletion. Only cases about stores that do not say otherwise.
    pub unsafe_deletion: bool,
    /// How its store shares leases.
    pub leases: LeaseManagerConfig,
    /// Why no small fault of a store can make it fail, where that is so. Every other case catches a broken store.
    pub toothless: Option<&'static str>,
    /// The check.
    pub run: Run,
}

impl Case {
    /// A case named after its function and the module it stands in. Made by [`case!`](crate::case).
    pub const fn new(
        module: &'static str,
        name: &'static str,
        requirement: &'static str,
        source: &'static str,
        run: Run,
    ) -> Self {
        Self {
            module,
            name,
            requirement,
            source,
            needs: &[],
            isolation: Isolation::Prefix,
            unsafe_deletion: true,
            leases: LeaseManagerConfig::DEFAULT,
            toothless: None,
            run,
        }
    }

    /// The same case, only for stores that can do all this.
    #[must_use]
    pub const fn needs(mut self, needs: &'static [Capability]) -> Self {
        self.needs = needs;
        self
    }

    /// The same case, alone on its backend.
    #[must_use]
    pub const fn exclusive(mut self) -> Self {
        self.isolation = Isolation::Exclusive;
        self
    }

    /// The same case, on a server that it may break.
    #[must_use]
    pub const fn breaking(mut self) -> Self {
        self.isolation = Isolation::Breaking;
        self
    }

    /// The same case, over a store that does not allow unsafe deletion (see [`Opening::allows_unsafe_deletion`]).
    ///
    /// [`Opening::allows_unsafe_deletion`]: super::Opening::allows_unsafe_deletion
    #[must_use]
    pub const fn without_unsafe_deletion(mut self) -> Self {
        self.unsafe_deletion = false;
        self
    }

    /// The same case, on a store that shares leases in another way than by default.
    #[must_use]
    pub const fn sharing_leases(mut self, leases: LeaseManagerConfig) -> Self {
        self.leases = leases;
        self
    }

    /// The same case, with the reason why no small fault of a store can make it fail.
    #[must_use]
    pub const fn toothless(mut self, why: &'static str) -> Self {
        self.toothless = Some(why);
        self
    }

    /// The path of the case without a row: suite, topic, predicate.
    pub fn id(&self) -> String {
        #[cfg(feature = "etcd")]
        if let Run::Wire(case) = self.run {
            return case.id();
        }
        let path = self
            .module
            .split_once("::cases::")
            .map_or(self.module, |(_, path)| path);
        format!("{path}::{}", self.name)
    }

    /// The suite: the first part of the path.
    pub fn suite(&self) -> &'static str {
        #[cfg(feature = "etcd")]
        if let Run::Wire(_) = self.run {
            return super::wire::SUITE;
        }
        let path = self
            .module
            .split_once("::cases::")
            .map_or(self.module, |(_, path)| path);
        path.split("::").next().unwrap_or(path)
    }

    /// What it is about.
    pub fn kind(&self) -> Kind {
        cases::kind(self.suite())
    }

    /// Whether it sends what crashes real servers.
    pub const fn is_hazard(&self) -> bool {
        match self.run {
            #[cfg(feature = "etcd")]
            Run::Wire(case) => matches!(case.tier, storeproof_contract::Tier::Hazard),
            _ => false,
        }
    }

    /// Its rows, where it has any.
    pub const fn rows(&self) -> &'static [Row] {
        match self.run {
            Run::Rows(rows, _) => rows,
            _ => &[],
        }
    }

    /// What can be run of it: itself, or each of its rows.
    pub fn items(&'static self) -> Vec<Item> {
        match self.run {
            Run::Rows(rows, _) => (0..rows.len())
                .map(|row| Item {
                    case: self,
                    row: Some(row),
                })
                .collect(),
            _ => vec![Item {
                case: self,
                row: None,
            }],
        }
    }
}

/// One thing that is listed, run and reported: a case, or a row of one.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// The case.
    pub case: &'static Case,
    /// Which of its rows.
    pub row: Option<usize>,
}

impl Item {
    /// The id: the case's path, and the row behind a slash.
    pub fn id(&self) -> String {
        match self.row_name() {
            Some(row) => format!("{}/{row}", self.case.id()),
            None => self.case.id(),
        }
    }

    /// The name of the row, where it is one.
    pub fn row_name(&self) -> Option<&'static str> {
        Some(self.own_row()?.name)
    }

    /// Where what it checks is written: its row's own source, else its case's.
    pub fn source(&self) -> &'static str {
        match self.own_row() {
            Some(row) if !row.source.is_empty() => row.source,
            _ => self.case.source,
        }
    }

    fn own_row(&self) -> Option<&'static Row> {
        self.case.rows().get(self.row?)
    }

    /// Runs the check over a store.
    pub fn check<'a>(&self, context: &'a Context) -> CaseFuture<'a> {
        match self.case.run {
            Run::Once(run) => run(context),
            Run::Rows(_, run) => run(context, self.row.unwrap_or_default()),
            #[cfg(feature = "etcd")]
            Run::Wire(_) => {
                let reason = "A case of the wire contract has no store.".to_owned();
                Box::pin(std::future::ready(Err(Fault::Broken(reason))))
            }
        }
    }
}

/// A [`Case`] of a function in the same module: `case!(function, "What must hold.", "where that is written")`.
///
/// With `rows ROWS` in front, the function gets a row's number too, and `ROWS` are the rows of its table.
#[macro_export]
macro_rules! case {
    (rows $rows:expr, $function:ident, $requirement:literal, $source:literal) => {
        $crate::harness::Case::new(
            module_path!(),
            stringify!($function),
            $requirement,
            $source,
            $crate::harness::Run::Rows($rows, |context, row| Box::pin($function(context, row))),
        )
    };
    ($function:ident, $requirement:literal, $source:literal) => {
        $crate::harness::Case::new(
            module_path!(),
            stringify!($function),
            $requirement,
            $source,
            $crate::harness::Run::Once(|context| Box::pin($function(context))),
        )
    };
}
