use super::{Capabilities, Capability, Isolation, Item, Kind};
use crate::cases;

/// The topic of the cases that crash real servers.
const HAZARD: &str = "hazard";

/// What the user wants to run. Empty selects everything.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these suites.
    pub suites: Vec<String>,
    /// Only ids that hold one of these texts. Cases that crash real servers run only where one of them says `hazard`.
    pub filters: Vec<String>,
}

/// Whether the store can run an item, decided before anything runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Support {
    /// It will run.
    Runs,
    /// The store does not do what it needs, and what that is.
    Not(String),
}

/// One item and whether it will run.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The item.
    pub item: Item,
    /// Whether it will run.
    pub support: Support,
}

/// Everything that a run consists of, in the order of the table.
#[derive(Clone, Debug)]
pub struct Plan(Vec<Planned>);

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// No suite of that name.
    #[error("There is no suite {name:?}. The suites are: {known}.")]
    UnknownSuite {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A suite that judges something else.
    #[error(
        "The suite {name:?} judges {others}, not {judged}: `conformance!` runs it over yours. The suites are: {known}."
    )]
    OtherKind {
        /// What was asked for.
        name: String,
        /// What it judges.
        others: Kind,
        /// What is to be judged.
        judged: Kind,
        /// The suites that judge that.
        known: String,
    },
    /// No id fits.
    #[error("No case matches {0:?}. `storeproof list` prints all of them.")]
    NothingMatches(Vec<String>),
}

impl Plan {
    /// Selects from the cases about what has these capabilities, and decides which of them it can run.
    ///
    /// # Errors
    ///
    /// A suite that does not exist or judges something else, or a selection that matches nothing.
    pub fn new(selection: &Selection, capabilities: Capabilities) -> Result<Self, PlanError> {
        let judged = capabilities.kind();
        let known = || {
            let suites = cases::suites().into_iter();
            let suites: Vec<_> = suites.filter(|name| cases::kind(name) == judged).collect();
            suites.join(", ")
        };
        for name in &selection.suites {
            if !cases::suites().contains(&name.as_str()) {
                let (name, known) = (name.clone(), known());
                return Err(PlanError::UnknownSuite { name, known });
            }
            let others = cases::kind(name);
            if others != judged {
                return Err(PlanError::OtherKind {
                    name: name.clone(),
                    others,
                    judged,
                    known: known(),
                });
            }
        }
        Self::of(
            cases::items().filter(|item| item.case.kind() == judged),
            selection,
            |item| support(item, capabilities),
        )
    }

    /// Selects from all cases, whatever they judge: for lists of what there is.
    ///
    /// # Errors
    ///
    /// A suite that does not exist, or a selection that matches nothing.
    pub fn whole(selection: &Selection) -> Result<Self, PlanError> {
        let known = cases::suites();
        for name in &selection.suites {
            if !known.contains(&name.as_str()) {
                return Err(PlanError::UnknownSuite {
                    name: name.clone(),
                    known: known.join(", "),
                });
            }
        }
        Self::of(cases::items(), selection, |_| Support::Runs)
    }

    fn of(
        items: impl Iterator<Item = Item>,
        selection: &Selection,
        support: impl Fn(&Item) -> Support,
    ) -> Result<Self, PlanError> {
        let planned: Vec<Planned> = items
            .filter(|item| selection.holds(item))
            .map(|item| Planned {
                support: support(&item),
                item,
            })
            .collect();
        if planned.is_empty() {
            return Err(PlanError::NothingMatches(selection.filters.clone()));
        }
        Ok(Self(planned))
    }

    /// The items in the order of the table.
    pub fn items(&self) -> &[Planned] {
        &self.0
    }

    /// The place of an item among them; behind all others where it is not among them.
    pub fn place(&self, item: &Item) -> usize {
        let id = item.id();
        let place = self.0.iter().position(|planned| planned.item.id() == id);
        place.unwrap_or(self.0.len())
    }
}

impl Selection {
    fn holds(&self, item: &Item) -> bool {
        let suite = item.case.suite();
        let id = item.id();
        // A filter that would find it among others does not ask for it.
        let asks = |text: &String| text.contains(HAZARD);
        if item.case.is_hazard() && !self.filters.iter().any(asks) {
            return false;
        }
        (self.suites.is_empty() || self.suites.iter().any(|name| name == suite))
            && (self.filters.is_empty() || self.filters.iter().any(|text| id.contains(text)))
    }
}

fn support(item: &Item, capabilities: Capabilities) -> Support {
    let exclusive = match item.case.isolation {
        Isolation::Prefix | Isolation::Breaking | Isolation::Own => None,
        Isolation::Exclusive => Some(Capability::Exclusive),
    };
    let needs = item.case.needs.iter().copied().chain(exclusive);
    let missing: Vec<&str> = needs
        .filter(|need| !capabilities.has(*need))
        .map(Capability::id)
        .collect();
    if missing.is_empty() {
        Support::Runs
    } else {
        Support::Not(format!("needs {}", missing.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::{Capabilities, Plan, PlanError, Selection};
    use crate::harness::{Capability, Kind};

    fn of_codec() -> Capabilities {
        Capabilities::none().with(Capability::JudgedCodec)
    }

    #[test]
    fn nobody_is_told_of_cases_about_something_else() {
        for (capabilities, kind) in [
            (Capabilities::contract(), Kind::Store),
            (Capabilities::none(), Kind::Store),
            (Capabilities::transformer(), Kind::Transformer),
            (of_codec(), Kind::Codec),
        ] {
            let plan = Plan::new(&Selection::default(), capabilities).unwrap();
            let mut items = plan.items().iter();
            assert!(items.all(|planned| planned.item.case.kind() == kind));
        }
    }

    #[test]
    fn a_list_has_all_of_them() {
        let count = |plan: Result<Plan, PlanError>| plan.unwrap().items().len();
        let all = Selection::default();
        let parts = [
            Capabilities::contract(),
            Capabilities::transformer(),
            of_codec(),
        ];
        let parts = parts.map(|capabilities| count(Plan::new(&all, capabilities)));
        assert_eq!(count(Plan::whole(&all)), parts.iter().sum::<usize>());
    }

    #[test]
    fn a_suite_about_something_else_is_named() {
        let selection = Selection {
            suites: vec!["transformer".to_owned()],
            ..Selection::default()
        };
        let refused = Plan::new(&selection, Capabilities::contract()).unwrap_err();
        let text = refused.to_string();
        assert!(
            text.starts_with(
                "The suite \"transformer\" judges transformers, not stores: `conformance!` runs it over yours."
            ),
            "{text}"
        );
        assert!(Plan::new(&selection, Capabilities::transformer()).is_ok());
    }
}
