use std::time::Duration;

use super::{Config, Error, transport};

/// Longer than anything that is meant to end, and short enough to reckon with.
const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
/// A compactor that hardly pauses would do nothing else.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(10);
/// What a cache of watches needs at least (backend §1.1).
const SHORTEST_HISTORY: Duration = Duration::from_secs(75);

/// What a duration may be, besides zero where that means something.
struct Bounds {
    field: &'static str,
    given: Duration,
    /// What zero means; `None` where it is too short like any other.
    zero: Option<&'static str>,
    shortest: Duration,
    /// What is wrong with less.
    otherwise: &'static str,
}

impl<T> Config<T> {
    /// Everything about a configuration that can be known without asking anybody. What is made of one checks it first;
    /// health and readiness checks tell what is wrong when they are asked.
    ///
    /// # Errors
    ///
    /// The first field that makes no sense, and what to write instead; a file that cannot be used.
    pub fn check(&self) -> Result<(), Error> {
        check_type(&self.storage_type)?;
        if let Some(odd) = self.prefix.chars().find(|letter| letter.is_control()) {
            return Err(Error::Field {
                field: "prefix",
                value: format!("{:?}", self.prefix),
                problem: format!("it holds the control character {odd:?}"),
                fix: "give a path such as /registry".to_owned(),
            });
        }
        for bounds in self.durations() {
            bounds.check()?;
        }
        transport::check(&self.transport)
    }

    fn durations(&self) -> [Bounds; 8] {
        let any = |field, given, zero| Bounds {
            field,
            given,
            zero: Some(zero),
            shortest: Duration::ZERO,
            otherwise: "",
        };
        [
            Bounds {
                field: "transport.dial_timeout",
                given: self.transport.dial_timeout,
                zero: None,
                shortest: Duration::from_millis(1),
                otherwise: "no server answers in no time",
            },
            Bounds {
                field: "compaction_interval",
                given: self.compaction_interval,
                zero: Some("no compaction"),
                shortest: SHORTEST_INTERVAL,
                otherwise: "etcd would do nothing but compact",
            },
            Bounds {
                field: "events_history_window",
                given: self.events_history_window,
                zero: None,
                shortest: SHORTEST_HISTORY,
                otherwise: "a cache of watches would lose events that are still asked for",
            },
            any(
                "count_metric_poll_period",
                self.count_metric_poll_period,
                "no counting",
            ),
            any(
                "db_metric_poll_interval",
                self.db_metric_poll_interval,
                "a measurement for each scrape",
            ),
            any(
                "healthcheck_timeout",
                self.healthcheck_timeout,
                "the default of 2s",
            ),
            any(
                "readycheck_timeout",
                self.readycheck_timeout,
                "the default of 2s",
            ),
            any(
                "lease_manager_config.reuse_duration",
                self.lease_manager_config.reuse_duration,
                "a lease for each object",
            ),
        ]
    }
}

impl Bounds {
    fn check(self) -> Result<(), Error> {
        let (problem, limit) = match self.given {
            zero if zero.is_zero() && self.zero.is_some() => return Ok(()),
            short if short < self.shortest => {
                (self.otherwise, format!("at least {:?}", self.shortest))
            }
            long if long > YEAR => ("that is longer than a year", "at most a year".to_owned()),
            _ => return Ok(()),
        };
        let zero = self.zero.map(|means| format!(", or zero for {means}"));
        Err(Error::Field {
            field: self.field,
            value: format!("{:?}", self.given),
            problem: problem.to_owned(),
            fix: format!("give {limit}{}", zero.unwrap_or_default()),
        })
    }
}

/// The two names of the one kind of storage that there is (backend §1.6).
pub(super) fn check_type(storage_type: &str) -> Result<(), Error> {
    match storage_type {
        "" | "etcd3" => Ok(()),
        "etcd2" => Err(Error::NoLongerSupported(storage_type.to_owned())),
        unknown => Err(Error::UnknownType(unknown.to_owned())),
    }
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
