use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use super::{
    Metrics,
    envelope::{hash, seconds},
};

/// Counts what becomes of a file of encryption that is followed (backend §4.6). Clones count for the same server.
#[derive(Clone)]
pub struct Reloads {
    metrics: Metrics,
    /// The hash of the server's name.
    api_server: String,
    shown: Arc<Mutex<Option<String>>>,
}

impl Metrics {
    /// What the server of a name counts in that follows such a file. The name is shown as its hash alone.
    pub fn reloads(&self, api_server_id: &str) -> Reloads {
        Reloads {
            metrics: self.clone(),
            api_server: hash(api_server_id),
            shown: Arc::default(),
        }
    }
}

impl Reloads {
    /// A configuration is in force, known by its digest (`sha256:…`), and no other any more. To be called for the first one
    /// too, which nobody reloaded.
    pub fn in_force(&self, config_hash: &str) {
        let info = &self.metrics.families().config_info;
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = shown.replace(config_hash.to_owned()) {
            let _ = info.remove_label_values(&[self.api_server.as_str(), &before]);
        }
        info.with_label_values(&[self.api_server.as_str(), config_hash])
            .set(1);
    }

    /// A new configuration came into force.
    pub fn succeeded(&self, config_hash: &str, at: SystemTime) {
        self.ended("success", at);
        self.in_force(config_hash);
    }

    /// What is in the file did not come into force.
    pub fn failed(&self, at: SystemTime) {
        self.ended("failure", at);
    }

    fn ended(&self, status: &str, at: SystemTime) {
        let families = self.metrics.families();
        let labels = [status, self.api_server.as_str()];
        families.reloads.with_label_values(&labels).inc();
        families
            .reloaded_at
            .with_label_values(&labels)
            .set(seconds(at));
    }
}

#[cfg(feature = "encryption-configuration")]
impl crate::encryption::Observer for Reloads {
    fn reloaded(&self, hash: &str) {
        self.succeeded(hash, SystemTime::now());
    }

    fn failed(&self, _: &crate::encryption::Error) {
        Self::failed(self, SystemTime::now());
    }
}

impl fmt::Debug for Reloads {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Reloads")
            .field("api_server", &self.api_server)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::super::{Metrics, Registry};

    /// `sha256:` of `server`, as `sha256sum` has it.
    const SERVER: &str = "sha256:b3eacd33433b31b5252351032c9b3e7a2e7aa7738d5decdf0dd6c62680853c06";

    #[test]
    fn one_configuration_is_shown_and_each_outcome_by_itself() {
        let metrics = Metrics::register(&Registry::new()).expect("a new registry");
        let shown = |family: &str| {
            let begin = format!("apiserver_encryption_config_controller_{family}{{");
            let text = metrics.text();
            let lines = text.lines().filter_map(|line| line.strip_prefix(&begin));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        let reloads = metrics.reloads("server");
        reloads.in_force("sha256:a");
        let info = |hash| format!("apiserver_id_hash=\"{SERVER}\",hash=\"{hash}\"}} 1");
        assert_eq!(shown("last_config_info"), [info("sha256:a")]);
        assert_eq!(
            shown("automatic_reloads_total"),
            [""; 0],
            "nothing was reloaded"
        );
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        reloads.failed(at(7));
        assert_eq!(shown("last_config_info"), [info("sha256:a")], "it stays");
        reloads.clone().succeeded("sha256:b", at(8));
        reloads.succeeded("sha256:b", at(9));
        assert_eq!(shown("last_config_info"), [info("sha256:b")]);
        let of =
            |status, value| format!("apiserver_id_hash=\"{SERVER}\",status=\"{status}\"}} {value}");
        assert_eq!(
            shown("automatic_reloads_total"),
            [of("failure", 1), of("success", 2)]
        );
        assert_eq!(
            shown("automatic_reload_last_timestamp_seconds"),
            [of("failure", 7), of("success", 9)]
        );
    }

    /// Whoever follows a file hands it one of these.
    #[cfg(feature = "encryption-configuration")]
    #[test]
    fn a_reloader_tells_what_becomes_of_its_file() {
        use crate::encryption::{Error, Observer};

        let metrics = Metrics::register(&Registry::new()).expect("a new registry");
        let observer: Box<dyn Observer> = Box::new(metrics.reloads(""));
        observer.reloaded("sha256:a");
        let error = Error::Empty {
            path: "file".into(),
        };
        observer.failed(&error);
        observer.failed(&error);
        let text = metrics.text();
        for (sample, count) in [
            (
                "automatic_reloads_total{apiserver_id_hash=\"\",status=\"success\"}",
                1,
            ),
            (
                "automatic_reloads_total{apiserver_id_hash=\"\",status=\"failure\"}",
                2,
            ),
            (
                "last_config_info{apiserver_id_hash=\"\",hash=\"sha256:a\"}",
                1,
            ),
        ] {
            let sample = format!("apiserver_encryption_config_controller_{sample} {count}\n");
            assert!(text.contains(&sample), "{sample} in\n{text}");
        }
    }
}
