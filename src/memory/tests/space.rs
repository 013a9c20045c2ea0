use crate::{memory::Space, storage::ResourceVersion};

const ABSENT: ResourceVersion = ResourceVersion::UNSET;

#[test]
fn writes_happen_at_the_expected_revision_only() {
    let space = Space::new();
    assert_eq!(space.compare_and_delete("a", ABSENT), Err(None));
    assert_eq!(space.delete("a"), None);
    let first = space
        .compare_and_put("a", ABSENT, "1", None)
        .expect("absent");
    assert_eq!(first, ResourceVersion::new(2), "nothing was deleted before");
    let second = space
        .compare_and_put("a", first, "2", None)
        .expect("unchanged");
    for stale in [ABSENT, first, second.next()] {
        let put = space.compare_and_put("a", stale, "3", None);
        let deleted = space.compare_and_delete("a", stale);
        for refused in [put, deleted] {
            let found = refused.expect_err("changed").expect("present");
            assert_eq!((found.revision, &*found.value), (second, b"2".as_slice()));
        }
    }
    assert_eq!(space.revision(), second);
    let third = space.compare_and_delete("a", second).expect("unchanged");
    assert_eq!(space.latest("a"), (third, None));
    assert_eq!(space.compare_and_put("a", second, "3", None), Err(None));
}
