use std::fmt::Debug;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube_core::Resource;
use serde::{Serialize, de::DeserializeOwned};

use super::{Error, ResourceVersion, VersionError};

/// Anything that can be stored: a Kubernetes object.
///
/// Implemented for every type of `k8s-openapi` and every custom resource made with `kube`'s derive. The store needs no
/// more than the metadata and a serde form (store §1.1).
pub trait Object: Serialize + DeserializeOwned + Clone + Debug + Send + Sync + 'static {
    /// The object's metadata.
    fn metadata(&self) -> &ObjectMeta;

    /// The object's metadata, to change.
    fn metadata_mut(&mut self) -> &mut ObjectMeta;

    /// The version the object was stored at; unset where it never was.
    ///
    /// # Errors
    ///
    /// The field holds something that is not a version. That is a plain error, not an invalid one: nobody asked for it.
    fn resource_version(&self) -> Result<ResourceVersion, Error> {
        match &self.metadata().resource_version {
            None => Ok(ResourceVersion::UNSET),
            Some(text) => text
                .parse()
                .map_err(|cause: VersionError| Error::Plain(cause.to_string())),
        }
    }

    /// Writes the version into the object and touches nothing else. Unset removes the field.
    fn set_resource_version(&mut self, version: ResourceVersion) {
        self.metadata_mut().resource_version = version.to_field();
    }

    /// Removes what is never stored: the resource version and the self link (store §1.2).
    fn prepare_for_storage(&mut self) {
        let metadata = self.metadata_mut();
        metadata.resource_version = None;
        metadata.self_link = None;
    }

    /// Whether [`Object::prepare_for_storage`] would change nothing.
    fn is_prepared_for_storage(&self) -> bool {
        let metadata = self.metadata();
        metadata.resource_version.is_none() && metadata.self_link.is_none()
    }
}

impl<K> Object for K
where
    K: Resource<DynamicType = ()>
        + Serialize
        + DeserializeOwned
        + Clone
        + Debug
        + Send
        + Sync
        + 'static,
{
    fn metadata(&self) -> &ObjectMeta {
        self.meta()
    }

    fn metadata_mut(&mut self) -> &mut ObjectMeta {
        self.meta_mut()
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Pod;

    use super::{Object, ResourceVersion};

    fn at(text: &str) -> Pod {
        let mut pod = Pod::default();
        pod.metadata.resource_version = Some(text.to_owned());
        pod
    }

    #[test]
    fn versions_of_objects_are_numbers_or_unset() {
        assert_eq!(at("5").resource_version().expect("5").get(), 5);
        for unset in [Pod::default(), at(""), at("0")] {
            assert!(unset.resource_version().expect("unset").is_unset());
        }
        let error = at("a").resource_version().expect_err("no version");
        assert_eq!(
            error.to_string(),
            r#"strconv.ParseUint: parsing "a": invalid syntax"#
        );
        assert!(!error.is_invalid());
    }

    #[test]
    fn a_version_replaces_whatever_is_there_and_nothing_else() {
        let mut pod = at("garbage");
        pod.metadata.self_link = Some("/self".to_owned());
        pod.set_resource_version(ResourceVersion::new(5));
        assert_eq!(pod.metadata.resource_version.as_deref(), Some("5"));
        assert_eq!(pod.metadata.self_link.as_deref(), Some("/self"));
        pod.set_resource_version(ResourceVersion::UNSET);
        assert_eq!(pod.metadata.resource_version, None);
    }

    #[test]
    fn neither_version_nor_self_link_is_stored() {
        let mut pod = at("5");
        pod.metadata.self_link = Some("/self".to_owned());
        pod.metadata.name = Some("foo".to_owned());
        assert!(!pod.is_prepared_for_storage());
        pod.prepare_for_storage();
        let mut expected = Pod::default();
        expected.metadata.name = Some("foo".to_owned());
        assert_eq!(pod, expected);
        assert!(pod.is_prepared_for_storage());
    }
}
