use crate::storage::{GroupResource, Stats};

use super::Metrics;

/// What nobody could tell.
const UNKNOWN: i64 = -1;

/// How many objects there are, and how large they are. A store does not count by itself:
/// [`ObjectCount`](crate::backend::ObjectCount) asks it for its [`Stats`] and hands them in here, or whoever else does.
impl Metrics {
    /// Shows the numbers of a resource; `None` where they could not be had.
    ///
    /// A mean size of zero says nothing where there are objects: the size is then unknown.
    pub fn show_stats(&self, resource: &GroupResource, stats: Option<&Stats>) {
        let families = self.families();
        let count = stats.map_or(UNKNOWN, |stats| stats.object_count);
        let size = match stats {
            None => UNKNOWN,
            Some(stats) if stats.object_count == 0 => 0,
            Some(stats) => match stats.estimated_average_object_size_bytes {
                0 => UNKNOWN,
                average => average.saturating_mul(stats.object_count),
            },
        };
        let labels = [resource.group.as_str(), resource.resource.as_str()];
        families
            .objects
            .with_label_values(&[resource.to_string()])
            .set(count);
        families
            .resource_objects
            .with_label_values(&labels)
            .set(count);
        families.resource_size.with_label_values(&labels).set(size);
    }

    /// Shows nothing of a resource any more.
    pub fn forget_stats(&self, resource: &GroupResource) {
        let families = self.families();
        let labels = [resource.group.as_str(), resource.resource.as_str()];
        // What was never shown need not be removed.
        let _ = families
            .objects
            .remove_label_values(&[resource.to_string()]);
        let _ = families.resource_objects.remove_label_values(&labels);
        let _ = families.resource_size.remove_label_values(&labels);
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Registry, Metrics};
    use crate::storage::{GroupResource, Stats};

    #[test]
    fn what_nobody_can_tell_is_shown_as_such_and_what_is_forgotten_not_at_all() {
        let metrics = Metrics::register(&Registry::new()).expect("a new registry");
        let stats = |object_count, estimated_average_object_size_bytes| Stats {
            object_count,
            estimated_average_object_size_bytes,
        };
        for (resource, stats, count, size) in [
            ("full", Some(stats(3, 100)), 3, 300),
            ("unmeasured", Some(stats(3, 0)), 3, -1),
            ("empty", Some(stats(0, 0)), 0, 0),
            ("broken", None, -1, -1),
        ] {
            let resource = GroupResource::new("apps", resource);
            metrics.show_stats(&resource, stats.as_ref());
            let (text, name) = (metrics.text(), &resource.resource);
            for line in [
                format!("apiserver_storage_objects{{resource=\"{name}.apps\"}} {count}\n"),
                format!(
                    "apiserver_resource_objects{{group=\"apps\",resource=\"{name}\"}} {count}\n"
                ),
                format!(
                    "apiserver_resource_size_estimate_bytes{{group=\"apps\",resource=\"{name}\"}} {size}\n"
                ),
            ] {
                assert!(text.contains(&line), "{line} in {text}");
            }
            metrics.forget_stats(&resource);
            assert!(!metrics.text().contains(name));
        }
    }
}
