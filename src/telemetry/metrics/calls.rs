use std::{
    collections::HashMap,
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use prometheus::{IntCounter, IntCounterVec};

use super::table::Families;

/// Counts gRPC calls by their method (backend §4.7). Every attempt counts.
pub(crate) struct CallCounters {
    started: IntCounterVec,
    handled: IntCounterVec,
    received: IntCounterVec,
    sent: IntCounterVec,
    known: RwLock<HashMap<String, Arc<MethodCounters>>>,
}

/// Counts the calls of one method.
pub(crate) struct MethodCounters {
    kind: &'static str,
    service: String,
    method: String,
    started: IntCounter,
    succeeded: OnceLock<IntCounter>,
    received: OnceLock<IntCounter>,
    sent: OnceLock<IntCounter>,
    families: [IntCounterVec; 3],
}

impl CallCounters {
    pub(super) fn of(families: &Families) -> Self {
        Self {
            started: families.calls_started.clone(),
            handled: families.calls_handled.clone(),
            received: families.messages_received.clone(),
            sent: families.messages_sent.clone(),
            known: RwLock::default(),
        }
    }

    /// The counters of the method at a path such as `/etcdserverpb.KV/Range`.
    pub(crate) fn of_method(&self, path: &str, kind: &'static str) -> Arc<MethodCounters> {
        if let Some(known) = self
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(path)
        {
            return Arc::clone(known);
        }
        let (service, method) = path
            .trim_start_matches('/')
            .split_once('/')
            .unwrap_or(("unknown", "unknown"));
        let labels = [kind, service, method];
        let counters = Arc::new(MethodCounters {
            kind,
            service: service.to_owned(),
            method: method.to_owned(),
            started: self.started.with_label_values(&labels),
            succeeded: OnceLock::new(),
            received: OnceLock::new(),
            sent: OnceLock::new(),
            families: [
                self.handled.clone(),
                self.received.clone(),
                self.sent.clone(),
            ],
        });
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(path.to_owned()).or_insert(counters))
    }
}

impl MethodCounters {
    /// `package.Service`.
    pub(crate) fn service(&self) -> &str {
        &self.service
    }

    pub(crate) fn method(&self) -> &str {
        &self.method
    }

    pub(crate) fn started(&self) {
        self.started.inc();
    }

    /// The call ended with a code, by its name.
    pub(crate) fn handled(&self, code: &'static str) {
        let [handled, ..] = &self.families;
        let counter = || handled.with_label_values(&[self.kind, &self.service, &self.method, code]);
        if code == "OK" {
            self.succeeded.get_or_init(counter).inc();
        } else {
            counter().inc();
        }
    }

    pub(crate) fn received(&self) {
        let [_, received, _] = &self.families;
        self.received
            .get_or_init(|| received.with_label_values(&self.labels()))
            .inc();
    }

    pub(crate) fn sent(&self) {
        let [.., sent] = &self.families;
        self.sent
            .get_or_init(|| sent.with_label_values(&self.labels()))
            .inc();
    }

    fn labels(&self) -> [&str; 3] {
        [self.kind, &self.service, &self.method]
    }
}
