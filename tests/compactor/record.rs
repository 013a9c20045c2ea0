//! The record that compactors share, seen past all stores.

use etcd_client::{Client, EventType, GetOptions, WatchOptions, WatchStream, proto::PbEvent};
use storeproof_fixtures::etcd::Etcd;
use tokio::time::timeout;

use crate::bed::DEADLINE;

const KEY: &str = "compact_rev_key";

pub(crate) struct Record {
    client: Client,
    watch: WatchStream,
    /// What has come and was not asked for yet, the first last.
    pending: Vec<PbEvent>,
}

/// One change of the record.
#[derive(Debug)]
pub(crate) struct Written {
    /// How often it has been written; zero where it was deleted.
    pub(crate) version: i64,
    pub(crate) value: String,
    /// The revision of the change.
    pub(crate) revision: i64,
}

impl Written {
    /// The revision that somebody meant to compact.
    pub(crate) fn claim(&self) -> i64 {
        self.value.parse().expect("a revision in decimals")
    }
}

impl Record {
    /// From its first change on.
    pub(crate) async fn of(etcd: &Etcd) -> Self {
        let client = Client::connect(etcd.endpoints(), None).await;
        let mut client = client.expect("etcd can be reached");
        let options = WatchOptions::new().with_start_revision(1);
        let watch = client.watch(KEY, Some(options)).await;
        Self {
            client,
            watch: watch.expect("it can be watched"),
            pending: Vec::new(),
        }
    }

    pub(crate) async fn next(&mut self) -> Written {
        while self.pending.is_empty() {
            let answer = timeout(DEADLINE, self.watch.message()).await;
            let answer = answer
                .expect("somebody writes the record")
                .expect("no error");
            let answer = answer.expect("the watch goes on").0;
            assert!(!answer.canceled, "{answer:?}");
            self.pending = answer.events.into_iter().rev().collect();
        }
        let event = self.pending.pop().expect("there is one");
        let deleted = event.r#type == EventType::Delete as i32;
        let item = event.kv.expect("a change has a key");
        Written {
            version: if deleted { 0 } else { item.version },
            value: String::from_utf8(item.value).expect("text"),
            revision: item.mod_revision,
        }
    }

    /// The next change of which that holds.
    pub(crate) async fn next_where(&mut self, holds: impl Fn(&Written) -> bool) -> Written {
        loop {
            let written = self.next().await;
            if holds(&written) {
                return written;
            }
        }
    }

    pub(crate) async fn put(&mut self, value: &str) {
        self.client.put(KEY, value, None).await.expect("it is put");
    }

    pub(crate) async fn delete(&mut self) {
        let deleted = self.client.delete(KEY, None).await;
        assert_eq!(deleted.expect("no error").deleted(), 1);
    }

    /// Whether etcd has forgotten what was before a revision.
    pub(crate) async fn is_compacted(&mut self, revision: i64) -> bool {
        let options = GetOptions::new().with_revision(revision - 1);
        match self.client.get(KEY, Some(options)).await {
            Ok(_) => false,
            Err(error) => {
                assert!(error.to_string().contains("compacted"), "{error}");
                true
            }
        }
    }
}
