//! Every file that a fuzzer begins with, or once stumbled over, is read as the fuzzer reads it.

#[path = "../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "the fuzzer's targets reach it from outside")]
mod fuzz;

use std::{collections::BTreeSet, fs, panic::catch_unwind, path::Path};

use fuzz::ENTRIES;

#[test]
fn every_file_of_the_corpus_is_read_without_a_panic() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, entry) in ENTRIES {
        let folder = fs::read_dir(corpus.join(name)).expect(name);
        let files: Vec<_> = folder.map(|file| file.expect(name).path()).collect();
        assert!(!files.is_empty(), "{name} has nothing to begin with");
        for file in files {
            let bytes = fs::read(&file).expect(name);
            let read = catch_unwind(|| entry(&bytes));
            assert!(read.is_ok(), "{name} breaks over {}", file.display());
        }
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
