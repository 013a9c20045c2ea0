use super::{InvalidError, ResourceVersion, WatchOptions};

/// What a watch begins with, once its options are resolved (backend §5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchPlan {
    /// The current state, as ADDED events in key order, and then every change after it.
    State {
        /// The state may not be older than this. Where it is, the watch ends with one 504.
        not_older_than: ResourceVersion,
        /// Whether a bookmark at the version of the state marks its end.
        end_marked: bool,
    },
    /// Changes alone.
    Changes {
        /// The version that they come after, which may lie in the future; `None` for the version of now.
        after: Option<ResourceVersion>,
    },
}

/// Resolves version and initial events of a watch, without any I/O.
///
/// # Errors
///
/// A version that is none, or that changes are to come after and that no store reaches.
pub fn plan_watch<T>(options: &WatchOptions<T>) -> Result<WatchPlan, InvalidError> {
    let version = ResourceVersion::parse(&options.resource_version)?;
    let wants_state = options.send_initial_events;
    Ok(if wants_state.unwrap_or(version.is_unset()) {
        WatchPlan::State {
            not_older_than: version,
            end_marked: wants_state.is_some() && options.predicate.allow_watch_bookmarks,
        }
    } else {
        version.to_revision()?;
        WatchPlan::Changes {
            after: Some(version).filter(|version| !version.is_unset()),
        }
    })
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Pod;

    use super::{ResourceVersion, WatchOptions, WatchPlan, plan_watch};

    fn plan(version: &str, send_initial_events: Option<bool>, bookmarks: bool) -> WatchPlan {
        let mut options = WatchOptions::<Pod> {
            resource_version: version.to_owned(),
            send_initial_events,
            ..WatchOptions::default()
        };
        options.predicate.allow_watch_bookmarks = bookmarks;
        plan_watch(&options).expect("a version")
    }

    fn state(not_older_than: u64, end_marked: bool) -> WatchPlan {
        WatchPlan::State {
            not_older_than: ResourceVersion::new(not_older_than),
            end_marked,
        }
    }

    fn changes(after: Option<u64>) -> WatchPlan {
        WatchPlan::Changes {
            after: after.map(ResourceVersion::new),
        }
    }

    #[test]
    fn the_state_comes_where_it_is_asked_for_or_nothing_is_said() {
        for unset in ["", "0"] {
            assert_eq!(plan(unset, None, true), state(0, false));
            assert_eq!(plan(unset, Some(true), true), state(0, true));
            assert_eq!(plan(unset, Some(true), false), state(0, false));
            assert_eq!(plan(unset, Some(false), true), changes(None));
        }
        assert_eq!(plan("7", None, true), changes(Some(7)));
        assert_eq!(plan("7", Some(false), true), changes(Some(7)));
        assert_eq!(plan("7", Some(true), true), state(7, true));
    }

    #[test]
    fn a_version_that_is_none_is_refused() {
        let options = WatchOptions::<Pod> {
            resource_version: "x".to_owned(),
            ..WatchOptions::default()
        };
        let error = plan_watch(&options).expect_err("no version");
        assert_eq!(error.field, "resourceVersion");
    }
}
