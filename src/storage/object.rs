use std::fmt::Debug;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube_core::Resource;
use serde::{Serialize, de::DeserializeOwned};

use super::{Error, ResourceVersion};

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
    /// The field holds something that is not a version.
    fn resource_version(&self) -> Result<ResourceVersion, Error> {
        match &self.metadata().resource_version {
            None => Ok(ResourceVersion::UNSET),
            Some(text) => Ok(ResourceVersion::parse(text)?),
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
