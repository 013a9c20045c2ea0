use std::{collections::HashMap, io};

use super::{
    Begun, Ended, Event, Sink,
    record::{CaseRecord, OutcomeKind, SubjectRecord},
    tiers::{Looked, is_whole, looked, verdicts},
};

/// Remembers a run, to tell all of it once it is over.
#[derive(Debug, Default)]
pub struct Gathering {
    begun: Option<Begun>,
    /// The place of each id in the plan.
    places: HashMap<String, usize>,
    cases: Vec<CaseRecord>,
    looked: Vec<(usize, Vec<Looked<'static>>)>,
    record: Option<SubjectRecord>,
}

impl Gathering {
    /// The whole run; `None` where it did not come to its end.
    pub fn into_record(self) -> Option<SubjectRecord> {
        self.record
    }

    fn place(&self, id: &str) -> usize {
        self.places.get(id).copied().unwrap_or(usize::MAX)
    }

    fn end(&mut self, ended: &Ended) {
        let Some(begun) = self.begun.take() else {
            return;
        };
        let mut cases = std::mem::take(&mut self.cases);
        cases.sort_by_cached_key(|case| self.place(&case.id));
        let mut looked = std::mem::take(&mut self.looked);
        looked.sort_by_key(|(place, _)| *place);
        let looked: Vec<_> = looked.into_iter().flat_map(|(_, looked)| looked).collect();
        let verdicts = verdicts(&looked, is_whole(&begun.selection));
        self.record = Some(SubjectRecord::new(&begun, cases, verdicts, ended));
    }
}

impl Sink for Gathering {
    fn show(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Begun(begun) => {
                let ids = begun.plan.items().iter().map(|planned| planned.item.id());
                self.places = ids.enumerate().map(|(place, id)| (id, place)).collect();
                self.begun = Some(begun.clone());
            }
            Event::Started(_) => {}
            Event::Finished(finished) => {
                let record = CaseRecord::from(finished);
                let capabilities = self.begun.as_ref().map(|begun| begun.capabilities);
                let looked = looked(
                    &finished.item,
                    OutcomeKind::from(&finished.outcome),
                    capabilities.unwrap_or_default(),
                );
                self.looked.push((self.place(&record.id), looked));
                self.cases.push(record);
            }
            Event::Ended(ended) => self.end(ended),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        harness::{Capabilities, Counts, Outcome, Plan, Seed, Selection},
        report::Finished,
    };

    #[test]
    fn cases_stand_in_the_order_of_the_table() {
        let selection = Selection {
            suites: vec!["crud".to_owned()],
            filters: vec!["crud::create".to_owned()],
        };
        let begun = Begun {
            subject: "memory".to_owned(),
            origin: "here".to_owned(),
            provision: "memory".to_owned(),
            server_version: None,
            capabilities: Capabilities::contract(),
            seed: Seed(7),
            plan: Plan::new(&selection, Capabilities::contract()).unwrap(),
            selection,
            jobs: 2,
        };
        let items: Vec<_> = begun.plan.items().to_vec();
        let mut gathering = Gathering::default();
        gathering.show(&Event::Begun(begun)).unwrap();
        for planned in items.iter().rev() {
            let finished = Finished {
                item: planned.item,
                outcome: Outcome::Passed,
                took: Duration::from_millis(5),
            };
            gathering.show(&Event::Finished(finished)).unwrap();
        }
        let ended = Ended {
            counts: Counts {
                passed: items.len(),
                ..Counts::default()
            },
            took: Duration::from_secs(1),
        };
        gathering.show(&Event::Ended(ended)).unwrap();
        let record = gathering.into_record().expect("it ended");
        let reported: Vec<_> = record.cases.iter().map(|case| case.id.clone()).collect();
        let planned: Vec<_> = items.iter().map(|planned| planned.item.id()).collect();
        assert_eq!(reported, planned);
        assert!(record.capabilities.contains(&"paging".to_owned()));
        assert!(!record.capabilities.contains(&"raw-bytes".to_owned()));
        assert_eq!(record.duration_ms, 1000);
    }
}
