use std::collections::BTreeSet;

use storeproof::storage::{Object, ResourceVersion};
use storeproof_fixtures::objects::{Pod, key_of, pod};
use uuid::Uuid;

use super::{
    look::Look,
    step::{Content, Step},
    tell,
};
use crate::{
    cases::property::{
        operation::{At, Name},
        versions::Versions,
        writing::{put, remove},
    },
    harness::{Apart, Context, Fault, Verdict},
};

/// A history as it is made on a store of its own.
pub(super) struct History<'a> {
    context: &'a Context,
    apart: &'a Apart,
    pub(super) versions: Versions,
    /// The version that history is compacted at.
    pub(super) compacted: ResourceVersion,
    /// The keys of what is there.
    present: BTreeSet<String>,
    marks: usize,
    pub(super) told: Vec<String>,
}

impl<'a> History<'a> {
    pub(super) async fn begin(context: &'a Context, apart: &'a Apart) -> Verdict<Self> {
        let opened = apart.instance.store.current_resource_version().await?;
        Ok(Self {
            context,
            apart,
            versions: Versions::from(opened),
            compacted: ResourceVersion::UNSET,
            present: BTreeSet::new(),
            marks: 0,
            told: Vec::new(),
        })
    }

    /// Makes a step that changes something. What follows a history is not its own business.
    pub(super) async fn make(&mut self, step: Step) -> Verdict {
        match step {
            Step::Write(name, content) => self.write(name, content).await,
            Step::Delete(name) => self.delete(name).await,
            Step::Elsewhere => self.write_elsewhere().await,
            Step::Bump => self.bump().await,
            Step::Compact(write) => self.compact(write).await,
            Step::Follow(_) | Step::Resume(_) => Ok(()),
        }
    }

    async fn write(&mut self, name: Name, content: Content) -> Verdict {
        let (pod, before) = (content.of(name), self.versions.last());
        let written = if self.present.insert(name.key()) {
            self.create(&pod).await?
        } else {
            put(&*self.apart.instance.store, &mut self.versions, &pod).await?
        };
        let nothing = if self.versions.last() == before {
            ", which changes nothing"
        } else {
            ""
        };
        let written = tell::object(&self.versions, &written);
        self.told.push(format!("write {written}{nothing}"));
        Ok(())
    }

    async fn create(&mut self, pod: &Pod) -> Verdict<Pod> {
        let store = &self.apart.instance.store;
        let created = store.create(&key_of(pod), pod, None).await?;
        self.versions.note(created.resource_version()?);
        Ok(created)
    }

    async fn delete(&mut self, name: Name) -> Verdict {
        let key = name.key();
        let deleted = remove(&*self.apart.instance.store, &mut self.versions, &key).await?;
        self.present.remove(&key);
        self.told.push(match deleted {
            Some(last) => format!("delete {}", tell::object(&self.versions, &last)),
            None => format!("delete {key}, which is not there"),
        });
        Ok(())
    }

    /// What the other store's version means to this one is unknown, so that this one is asked for its own.
    async fn write_elsewhere(&mut self) -> Verdict {
        let other = pod("elsewhere", &Uuid::new_v4().simple().to_string());
        let store = self.context.shared_store();
        store.create(&key_of(&other), &other, None).await?;
        let current = self.apart.instance.store.current_resource_version().await?;
        self.passed(current, "write below another prefix");
        self.told.push("write below another prefix".to_owned());
        Ok(())
    }

    async fn bump(&mut self) -> Verdict {
        let Some(bump) = &self.apart.instance.hooks.revision_bump else {
            return Ok(());
        };
        let bumped = bump(()).await;
        let bumped = bumped.map_err(|error| Fault::hook("a revision bump", error))?;
        self.passed(bumped, "advance the version");
        let named = tell::version(&self.versions, bumped);
        self.told.push(format!("advance the version to {named}"));
        Ok(())
    }

    async fn compact(&mut self, write: u8) -> Verdict {
        let at = self.versions.resolve(At::Write(write)).unwrap_or_default();
        let compact = self.apart.instance.hooks.compaction.as_ref();
        let compact = compact.ok_or_else(|| Fault::hook("compaction", "it is not declared"))?;
        if at <= self.compacted {
            return Ok(());
        }
        let compacted = compact(at).await;
        compacted.map_err(|error| Fault::hook("compaction", error))?;
        self.compacted = at;
        self.apart.trace().note(format!("compact at {at}"));
        let named = tell::version(&self.versions, at);
        self.told.push(format!("compact at {named}"));
        Ok(())
    }

    /// Changes something that is looked at, so that whoever looks knows when there is no more to come.
    pub(super) async fn mark(&mut self, look: Look) -> Verdict<Pod> {
        self.marks += 1;
        let sentinel = look.sentinel(self.marks);
        put(&*self.apart.instance.store, &mut self.versions, &sentinel).await
    }

    /// The store is at a version that no write of its own made.
    fn passed(&mut self, version: ResourceVersion, how: &str) {
        if version > self.versions.last() {
            self.apart.trace().note_version(how, version);
        }
        self.versions.note(version);
    }
}
