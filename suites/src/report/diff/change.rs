use crate::report::record::{CaseRecord, OutcomeKind};

/// In which way a case is different.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// It fails, and did not before.
    Regressed,
    /// Nothing can be said of it now.
    Unclear,
    /// It fails, and the list of known failures says so now.
    Excused,
    /// It passes, and did not before.
    Fixed,
    /// It is supported now, or no longer.
    Support,
    /// It was not in the earlier run.
    New,
    /// It is not in the later run.
    Gone,
}

impl ChangeKind {
    /// Every kind, the gravest first.
    pub const ALL: [Self; 7] = [
        Self::Regressed,
        Self::Unclear,
        Self::Excused,
        Self::Fixed,
        Self::Support,
        Self::New,
        Self::Gone,
    ];

    /// As people read it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Regressed => "regressed",
            Self::Unclear => "unclear now",
            Self::Excused => "known failure now",
            Self::Fixed => "fixed",
            Self::Support => "changed support",
            Self::New => "new",
            Self::Gone => "gone",
        }
    }

    /// A sign for it.
    pub const fn sign(self) -> char {
        match self {
            Self::Regressed => '✗',
            Self::Unclear => '?',
            Self::Excused => '~',
            Self::Fixed => '✓',
            Self::Support => '±',
            Self::New => '+',
            Self::Gone => '–',
        }
    }

    /// What became of a case that came out so before and so now; `None` where nothing did.
    pub const fn of(old: Option<OutcomeKind>, new: Option<OutcomeKind>) -> Option<Self> {
        use OutcomeKind::{
            Broken, Failed, Inconclusive, KnownFailure, NotSupported, Passed, UnexpectedPass,
        };
        match (old, new) {
            (None, None) | (Some(NotSupported), Some(NotSupported)) => None,
            (None, Some(_)) => Some(Self::New),
            (Some(_), None) => Some(Self::Gone),
            (Some(NotSupported), _) | (_, Some(NotSupported)) => Some(Self::Support),
            // A list of known failures says nothing of the store.
            (Some(Failed | KnownFailure), Some(Failed | KnownFailure))
            | (Some(Passed | UnexpectedPass), Some(Passed | UnexpectedPass))
            | (Some(Inconclusive | Broken), Some(Inconclusive | Broken)) => None,
            (_, Some(Failed)) => Some(Self::Regressed),
            (_, Some(KnownFailure)) => Some(Self::Excused),
            (_, Some(Passed | UnexpectedPass)) => Some(Self::Fixed),
            (_, Some(Inconclusive | Broken)) => Some(Self::Unclear),
        }
    }
}

/// One case that is different.
#[derive(Clone, Debug, PartialEq)]
pub struct Change<'a> {
    /// In which way.
    pub kind: ChangeKind,
    /// The case in the earlier run.
    pub old: Option<&'a CaseRecord>,
    /// The case in the later run.
    pub new: Option<&'a CaseRecord>,
}

impl<'a> Change<'a> {
    /// The change between two records of a case, where there is one.
    pub(super) fn between(
        old: Option<&'a CaseRecord>,
        new: Option<&'a CaseRecord>,
    ) -> Option<Self> {
        let kind = ChangeKind::of(old.map(|case| case.outcome), new.map(|case| case.outcome))?;
        Some(Self { kind, old, new })
    }

    /// The case as it is now, or was last.
    pub fn case(&self) -> &'a CaseRecord {
        self.new
            .or(self.old)
            .expect("a change is between two records, one of which is there")
    }

    /// Whether the case, as it is now, keeps its subject from conforming.
    pub fn is_wrong(&self) -> bool {
        self.new.is_some_and(|case| case.outcome.is_wrong())
    }

    /// How it came out before and now, as far as it was there.
    pub fn outcomes(&self) -> String {
        let words = |case: Option<&CaseRecord>| case.map(|case| case.outcome.words());
        match (words(self.old), words(self.new)) {
            (Some(old), Some(new)) => format!("{old} → {new}"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => String::new(),
        }
    }

    /// Why it is as it is now, in a line, where that is known.
    pub fn reason(&self) -> Option<&'a str> {
        let new = self.new?;
        let failure = new.failure.as_ref().map(|failure| &*failure.observed);
        failure.or(new.reason.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use OutcomeKind::{
        Broken, Failed, Inconclusive, KnownFailure, NotSupported, Passed, UnexpectedPass,
    };

    #[rstest]
    #[case(Some(Passed), Some(Passed), None)]
    #[case(Some(Passed), Some(Failed), Some(ChangeKind::Regressed))]
    #[case(Some(UnexpectedPass), Some(Failed), Some(ChangeKind::Regressed))]
    #[case(Some(Inconclusive), Some(Failed), Some(ChangeKind::Regressed))]
    #[case(Some(Broken), Some(Failed), Some(ChangeKind::Regressed))]
    #[case(Some(Passed), Some(KnownFailure), Some(ChangeKind::Excused))]
    #[case(Some(Failed), Some(KnownFailure), None)]
    #[case(Some(KnownFailure), Some(Failed), None)]
    #[case(Some(Failed), Some(Passed), Some(ChangeKind::Fixed))]
    #[case(Some(KnownFailure), Some(UnexpectedPass), Some(ChangeKind::Fixed))]
    #[case(Some(Passed), Some(UnexpectedPass), None)]
    #[case(Some(Inconclusive), Some(Passed), Some(ChangeKind::Fixed))]
    #[case(Some(Passed), Some(Inconclusive), Some(ChangeKind::Unclear))]
    #[case(Some(Failed), Some(Broken), Some(ChangeKind::Unclear))]
    #[case(Some(Broken), Some(Inconclusive), None)]
    #[case(Some(NotSupported), Some(NotSupported), None)]
    #[case(Some(NotSupported), Some(Failed), Some(ChangeKind::Support))]
    #[case(Some(Passed), Some(NotSupported), Some(ChangeKind::Support))]
    #[case(None, Some(Failed), Some(ChangeKind::New))]
    #[case(Some(Failed), None, Some(ChangeKind::Gone))]
    fn outcomes_say_what_became_of_a_case(
        #[case] old: Option<OutcomeKind>,
        #[case] new: Option<OutcomeKind>,
        #[case] kind: Option<ChangeKind>,
    ) {
        assert_eq!(ChangeKind::of(old, new), kind);
    }
}
