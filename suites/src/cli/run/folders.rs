use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    report::{RunFolder, SubjectFolder, record::Report},
    subject::Subject,
};

/// Where the reports of a run go: nowhere, or into a folder, and those of each subject into one below it where there are
/// several.
#[derive(Debug)]
pub(super) struct Folders {
    run: Option<RunFolder>,
    subjects: Vec<PathBuf>,
}

impl Folders {
    /// The folders for these subjects; a run without a subject has one.
    pub(super) fn of(out: Option<&Path>, subjects: &[Subject]) -> io::Result<Self> {
        let Some(out) = out else {
            return Ok(Self {
                run: None,
                subjects: Vec::new(),
            });
        };
        let subjects = match subjects {
            [] | [_] => vec![out.to_owned()],
            several => names(several).iter().map(|name| out.join(name)).collect(),
        };
        Ok(Self {
            run: Some(RunFolder::new(out)?),
            subjects,
        })
    }

    /// The folder of the subject at that position, emptied of what an earlier run left.
    pub(super) fn of_subject(&self, position: usize) -> io::Result<Option<SubjectFolder>> {
        let folder = self.subjects.get(position);
        folder.cloned().map(SubjectFolder::new).transpose()
    }

    /// Writes what tells of the whole run.
    pub(super) fn write(&self, report: &Report) -> io::Result<()> {
        self.run.as_ref().map_or(Ok(()), |run| run.write(report))
    }
}

/// A name for each subject, no two the same.
fn names(subjects: &[Subject]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for subject in subjects {
        let name = folder_name(&subject.to_string());
        let mut unique = name.clone();
        for number in 2.. {
            if !names.contains(&unique) {
                break;
            }
            unique = format!("{name}-{number}");
        }
        names.push(unique);
    }
    names
}

/// The subject as one part of a path.
fn folder_name(subject: &str) -> String {
    let kept = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' => character,
        _ => '-',
    };
    subject.chars().map(kept).collect()
}
