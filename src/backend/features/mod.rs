//! What servers can do that not every version can (backend §1.18, §9.1 row 19).

mod checks;
mod version;

pub use checks::FeatureChecks;

use std::{
    collections::HashSet,
    fmt,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::TransportConfig;

/// For how long a refusal of streamed ranges counts.
const DOUBT: Duration = Duration::from_secs(600);

/// Something that not every version of etcd can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Feature {
    /// Whoever asks for progress hears of none that his watches have not come to: a list may be answered out of what
    /// watches told.
    RequestWatchProgress,
    /// Ranges come as streams.
    RangeStream,
}

/// What the servers can do that this process has met. Clones know the same.
///
/// Each store makes sure that each of its servers is asked for its version once. A caller that must not rely on what some
/// server cannot do asks [`supports`](Self::supports) of [`of_process`](Self::of_process).
#[derive(Clone, Default)]
pub struct FeatureSupport(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Whether progress can be asked for; `None` as long as no server told its version.
    progress: Option<bool>,
    /// When somebody was told last that ranges are not streamed.
    not_streamed: Option<Instant>,
    /// The servers that were asked, or are being asked.
    met: HashSet<String>,
}

impl FeatureSupport {
    /// What is known in this process: stores of the factory add to it.
    pub fn of_process() -> Self {
        static OF_PROCESS: OnceLock<FeatureSupport> = OnceLock::new();
        OF_PROCESS.get_or_init(Self::default).clone()
    }

    /// Whether all servers can do that, as far as it is known.
    ///
    /// Requests for progress: not before a server has told its version, and never again once one has told an old one.
    /// Streamed ranges: unless somebody found otherwise in the last ten minutes.
    pub fn supports(&self, feature: Feature) -> bool {
        let state = self.state();
        match feature {
            Feature::RequestWatchProgress => state.progress == Some(true),
            Feature::RangeStream => state.not_streamed.is_none_or(|at| at.elapsed() >= DOUBT),
        }
    }

    /// Notes that a server refused this. Streamed ranges are given another chance after ten minutes; for requests for
    /// progress versions decide, and this counts for nothing.
    pub fn mark_unsupported(&self, feature: Feature) {
        match feature {
            Feature::RangeStream => self.state().not_streamed = Some(Instant::now()),
            Feature::RequestWatchProgress => {
                tracing::warn!("whether progress can be asked for follows from versions alone");
            }
        }
    }

    /// Sees to it that each server that was never met tells its version, in the background: until it does, or until what is
    /// returned is dropped, after which it counts as never met. Must be called on a runtime.
    #[must_use = "who drops it does not want to know"]
    pub fn check(&self, transport: &TransportConfig) -> FeatureChecks {
        FeatureChecks::begin(self, transport)
    }

    /// A server told its version without having been asked for it.
    pub(super) fn told(&self, server: &str, version: &str) {
        if self.meet(server) {
            self.learn(version);
        }
    }

    /// A server tells its version.
    fn learn(&self, version: &str) {
        let answers = version::answers_requests_for_progress(version);
        let mut state = self.state();
        // One that cannot is enough.
        state.progress = Some(answers && state.progress != Some(false));
    }

    /// Whether nobody has met it so far. Now somebody has.
    fn meet(&self, server: &str) -> bool {
        self.state().met.insert(server.to_owned())
    }

    fn forget(&self, server: &str) {
        self.state().met.remove(server);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for FeatureSupport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let supports = |feature| self.supports(feature);
        formatter
            .debug_struct("FeatureSupport")
            .field(
                "request_watch_progress",
                &supports(Feature::RequestWatchProgress),
            )
            .field("range_stream", &supports(Feature::RangeStream))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::advance;

    use super::{Feature, FeatureSupport};

    #[test]
    fn one_old_server_is_enough_and_for_ever() {
        for (told, expected) in [
            (&[][..], false),
            (&["3.5.13"], true),
            (&["3.5.13", "3.4.31"], true),
            (&["3.5.12"], false),
            (&["3.5.12", "3.5.13"], false),
            (&["3.5.13", "3.5.12", "3.5.13"], false),
            (&["3.5.13", "who knows"], false),
        ] {
            let support = FeatureSupport::default();
            for version in told {
                support.learn(version);
            }
            support.mark_unsupported(Feature::RequestWatchProgress);
            let supports = support.clone().supports(Feature::RequestWatchProgress);
            assert_eq!(supports, expected, "{told:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn streams_are_given_another_chance_after_ten_minutes() {
        let support = FeatureSupport::default();
        let streams = || support.supports(Feature::RangeStream);
        assert!(streams(), "nobody says otherwise");
        support.mark_unsupported(Feature::RangeStream);
        assert!(!streams());
        advance(Duration::from_millis(599_999)).await;
        assert!(!streams(), "ten minutes are not over");
        advance(Duration::from_millis(1)).await;
        assert!(streams());
        support.mark_unsupported(Feature::RangeStream);
        assert!(!streams(), "it is found out once more");
        assert!(!support.supports(Feature::RequestWatchProgress));
    }
}
