//! Every file that a fuzzer begins with, or once stumbled over, is read as the fuzzer reads it.

#[path = "../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "the fuzzer's targets reach it from outside")]
mod fuzz;

use std::{
    collections::BTreeSet,
    fs,
    panic::catch_unwind,
    path::{Path, PathBuf},
};

use fuzz::ENTRIES;
use proptest::{collection::vec, prelude::*, sample::Index};

/// The files that a target begins with.
fn corpus(name: &str) -> Vec<PathBuf> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let folder = fs::read_dir(corpus.join(name)).expect(name);
    folder.map(|file| file.expect(name).path()).collect()
}

#[test]
fn every_file_of_the_corpus_is_read_without_a_panic() {
    for (name, entry) in ENTRIES {
        let files = corpus(name);
        assert!(!files.is_empty(), "{name} has nothing to begin with");
        for file in files {
            let bytes = fs::read(&file).expect(name);
            let read = catch_unwind(|| entry(&bytes));
            assert!(read.is_ok(), "{name} breaks over {}", file.display());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// What a fuzzer does first, where there is none: bytes are changed, left out and put in.
    #[test]
    fn changed_files_of_the_corpus_are_read_without_a_panic(
        entry in prop::sample::select(ENTRIES.to_vec()),
        file in any::<Index>(),
        changes in vec((any::<Index>(), any::<Index>(), vec(any::<u8>(), 0..4)), 1..4),
    ) {
        let (name, entry) = entry;
        let files = corpus(name);
        let mut bytes = fs::read(&files[file.index(files.len())]).expect(name);
        for (from, to, new) in changes {
            let (from, to) = (from.index(bytes.len() + 1), to.index(bytes.len() + 1));
            // Most changes are small.
            let to = to.clamp(from, from.saturating_add(4).min(bytes.len()));
            bytes.splice(from..to, new);
        }
        entry(&bytes);
    }
}

#[test]
fn every_folder_and_every_target_belongs_to_an_entry() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let names = |folder: &str| -> BTreeSet<String> {
        let files = fs::read_dir(fuzz.join(folder)).expect(folder);
        let names = files.map(|file| file.expect(folder).path());
        names
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
            .collect()
    };
    let entries: BTreeSet<_> = ENTRIES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names("corpus"), entries);
    assert_eq!(names("fuzz_targets"), entries);
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).expect("a manifest");
    for name in &entries {
        assert!(manifest.contains(&format!("name = \"{name}\"\n")), "{name}");
    }
}
