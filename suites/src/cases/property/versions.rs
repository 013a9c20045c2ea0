use storeproof::storage::ResourceVersion;

use super::operation::At;

/// How far ahead of a store its future is.
const FUTURE: u64 = 1_000_000_000;

/// The versions of one store's effective writes, in order: what makes versions of two stores comparable.
#[derive(Debug)]
pub(super) struct Versions(Vec<ResourceVersion>);

impl Versions {
    /// Begins at the version a store was opened at, which counts as write 0.
    pub(super) fn from(opened: ResourceVersion) -> Self {
        Self(vec![opened])
    }

    /// Notes the version of a write, unless nothing was written.
    pub(super) fn note(&mut self, version: ResourceVersion) {
        if !self.0.contains(&version) {
            self.0.push(version);
        }
    }

    /// The version of the last write.
    pub(super) fn last(&self) -> ResourceVersion {
        self.0.last().copied().unwrap_or_default()
    }

    /// All of them, in the order they were noted.
    pub(super) fn all(&self) -> &[ResourceVersion] {
        &self.0
    }

    /// Those before a version, and the others.
    pub(super) fn split_at(&self, at: ResourceVersion) -> (&[ResourceVersion], &[ResourceVersion]) {
        self.0.split_at(self.0.partition_point(|write| *write < at))
    }

    /// The version that an operation means; `None` where it means none.
    pub(super) fn resolve(&self, at: At) -> Option<ResourceVersion> {
        match at {
            At::Unset => None,
            At::Zero => Some(ResourceVersion::UNSET),
            At::Write(write) => self.0.get(usize::from(write) % self.0.len()).copied(),
            At::Future => Some(ResourceVersion::new(self.last().get() + FUTURE)),
        }
    }

    /// The version as text for a request.
    pub(super) fn text(&self, at: At) -> String {
        self.resolve(at)
            .map(|version| version.to_string())
            .unwrap_or_default()
    }

    /// What a number in an error's text stands for: numbers that no write can have stay as they are.
    pub(super) fn name_number(&self, digits: &str) -> String {
        match digits.parse() {
            Ok(number) if number == self.last().get() + FUTURE => "a future version".to_owned(),
            Ok(number) if i64::try_from(number).is_ok_and(|number| number < i64::MAX) => {
                self.name_at(ResourceVersion::new(number))
            }
            _ => digits.to_owned(),
        }
    }

    /// The name of the version of an object: it must be that of a write.
    pub(super) fn name(&self, version: &str) -> String {
        let position = self.0.iter().position(|write| write.to_string() == version);
        match position {
            Some(write) => format!("#{write}"),
            None => format!("unknown version {version:?}"),
        }
    }

    /// The name of the version of a collection: the last write it holds. Others may have written elsewhere since.
    pub(super) fn name_at(&self, version: ResourceVersion) -> String {
        let held = self.0.iter().filter(|write| **write <= version).count();
        match held.checked_sub(1) {
            Some(write) => format!("#{write}"),
            None => format!("version {version}, before the store was opened"),
        }
    }
}
