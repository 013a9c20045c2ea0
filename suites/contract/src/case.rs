use futures::future::BoxFuture;

use crate::{Context, Need, Tier, Verdict};

/// What a case returns while it runs.
pub type CaseFuture<'a> = BoxFuture<'a, Verdict>;

/// One requirement and the function that checks it.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    module: &'static str,
    name: &'static str,
    /// What must hold, in one sentence.
    pub requirement: &'static str,
    /// The ids of the requirements that it looks at (`RNG-12`), separated by blanks.
    pub source: &'static str,
    /// Who depends on it.
    pub tier: Tier,
    /// What it needs beyond a shared server.
    pub needs: &'static [Need],
    /// The check.
    pub run: for<'a> fn(&'a Context) -> CaseFuture<'a>,
}

impl Case {
    /// A case named after its function and the module it stands in. Made by [`case!`](crate::case).
    pub const fn new(
        module: &'static str,
        name: &'static str,
        requirement: &'static str,
        source: &'static str,
        tier: Tier,
        run: for<'a> fn(&'a Context) -> CaseFuture<'a>,
    ) -> Self {
        Self {
            module,
            name,
            requirement,
            source,
            tier,
            needs: &[],
            run,
        }
    }

    /// The same case, only where all this is there.
    #[must_use]
    pub const fn needs(mut self, needs: &'static [Need]) -> Self {
        self.needs = needs;
        self
    }

    /// The path: `contract`, topic, predicate.
    pub fn id(&self) -> String {
        let topic = self
            .module
            .split_once("::cases::")
            .map_or(self.module, |(_, path)| path);
        format!("contract::{topic}::{}", self.name)
    }
}

/// A [`Case`] of a function in the same module:
/// `case!(Tier::Kubernetes, function, "What must hold.", "RNG-12")`.
#[macro_export]
macro_rules! case {
    ($tier:expr, $function:ident, $requirement:literal, $source:literal) => {
        $crate::Case::new(
            module_path!(),
            stringify!($function),
            $requirement,
            $source,
            $tier,
            |context| Box::pin($function(context)),
        )
    };
}
