use storeproof::storage::ResourceVersion;
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use crate::harness::{Context, Verdict, expect_items, expect_that, version_of};

/// A point in the history: before the first write, or right after one.
#[derive(Clone, Copy, Debug)]
pub(in crate::cases) enum Moment {
    /// Nothing was written yet.
    Before,
    /// `first/bar` was created.
    First,
    /// `second/bar` was created.
    Second,
    /// `second/foo` was created.
    Third,
    /// `third/barfoo` was created.
    Fourth,
    /// `third/foo` was created.
    Fifth,
    /// `second/baz` was created.
    Sixth,
    /// `first/bar` was assigned to a node.
    Seventh,
    /// `second/baz` was deleted; the version is that of a list right after it.
    Eighth,
    /// A version behind all of these that the case has chosen.
    Later,
}

/// A state of one of the objects.
#[derive(Clone, Copy, Debug)]
pub(in crate::cases) enum Object {
    FirstBar,
    SecondBar,
    SecondFoo,
    ThirdBarfoo,
    ThirdFoo,
    SecondBaz,
    FirstBarAssigned,
}

/// The history as it was written: the versions and objects that the writes returned.
#[derive(Debug)]
pub(in crate::cases) struct Levels {
    versions: Vec<ResourceVersion>,
    objects: Vec<Pod>,
}

impl Levels {
    /// Writes the history.
    pub(in crate::cases) async fn write(context: &Context) -> Verdict<Self> {
        let mut levels = Self {
            versions: vec![context.list("/pods/").await?.resource_version],
            objects: Vec::new(),
        };
        for (namespace, name) in [
            ("first", "bar"),
            ("second", "bar"),
            ("second", "foo"),
            ("third", "barfoo"),
            ("third", "foo"),
            ("second", "baz"),
        ] {
            levels.add(context.create(&pod(namespace, name)).await?)?;
        }
        let assigned = pod("first", "bar").node("fakeNode");
        levels.add(context.write(&assigned).await?)?;
        let deleted = context.delete(&key("second", "baz")).await?;
        let list = context.list("/pods/second").await?;
        expect_items(
            &list,
            &levels.objects(&[Object::SecondBar, Object::SecondFoo]),
        )?;
        expect_that(
            list.resource_version >= version_of(&deleted)?,
            format!(
                "the list is not older than the deletion at {}",
                deleted.version()
            ),
            format!("it is at {}", list.resource_version),
        )?;
        levels.versions.push(list.resource_version);
        Ok(levels)
    }

    fn add(&mut self, written: Pod) -> Verdict {
        self.versions.push(version_of(&written)?);
        self.objects.push(written);
        Ok(())
    }

    /// Chooses the version of [`Moment::Later`].
    pub(in crate::cases) fn later(&mut self, version: ResourceVersion) {
        self.versions.push(version);
    }

    /// The version at that moment.
    pub(in crate::cases) fn version(&self, moment: Moment) -> ResourceVersion {
        *self
            .versions
            .get(moment as usize)
            .expect("every moment has its version")
    }

    /// The version at that moment, as continue tokens hold it.
    pub(in crate::cases) fn revision(&self, moment: Moment) -> i64 {
        i64::try_from(self.version(moment).get()).unwrap_or(i64::MAX)
    }

    /// Those objects as they were stored.
    pub(in crate::cases) fn objects(&self, wanted: &[Object]) -> Vec<Pod> {
        wanted
            .iter()
            .filter_map(|object| self.objects.get(*object as usize).cloned())
            .collect()
    }
}
