//! Reads the text that metrics are exposed in, and takes nothing that a scraper might stumble over.

use std::collections::BTreeMap;

/// Every sample of a page, by its name and its labels as they are written.
#[derive(Debug)]
pub(crate) struct Page {
    families: Vec<Family>,
}

/// One family of a page.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) name: String,
    pub(crate) help: String,
    pub(crate) kind: String,
    samples: BTreeMap<String, f64>,
}

impl Page {
    /// # Panics
    ///
    /// The text is not what a scraper expects.
    pub(crate) fn read(text: &str) -> Self {
        assert!(text.ends_with('\n'), "the last line is complete");
        let mut families: Vec<Family> = Vec::new();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let (name, help) = comment(line, "# HELP ");
            let typed = lines.next().expect("a type follows the help");
            let (typed_name, kind) = comment(typed, "# TYPE ");
            assert_eq!(typed_name, name, "the type belongs to the help");
            let before = families.last().map_or("", |last| &last.name);
            assert!(before < name, "{before} comes before {name}");
            let mut family = Family {
                name: name.to_owned(),
                help: help.to_owned(),
                kind: kind.to_owned(),
                samples: BTreeMap::new(),
            };
            while let Some(line) = lines.next_if(|line| !line.starts_with('#')) {
                family.add(line);
            }
            family.check();
            families.push(family);
        }
        Self { families }
    }

    pub(crate) fn families(&self) -> &[Family] {
        &self.families
    }

    /// The value of a sample, written `name{label="value",…}`; nothing where there is none.
    pub(crate) fn find(&self, sample: &str) -> Option<f64> {
        let mut families = self.families.iter();
        families.find_map(|family| family.samples.get(sample).copied())
    }

    /// The value of a sample; zero where there is none.
    pub(crate) fn value(&self, sample: &str) -> f64 {
        self.find(sample).unwrap_or(0.0)
    }
}

fn comment<'a>(line: &'a str, mark: &str) -> (&'a str, &'a str) {
    let rest = line.strip_prefix(mark);
    let rest = rest.unwrap_or_else(|| panic!("{line:?} begins with {mark:?}"));
    rest.split_once(' ').expect("a name and a text")
}

impl Family {
    fn add(&mut self, line: &str) {
        let (sample, value) = line.rsplit_once(' ').expect("a sample and its value");
        let (name, labels) = match sample.split_once('{') {
            Some((name, labels)) => (name, labels.strip_suffix('}').expect("a closing brace")),
            None => (sample, ""),
        };
        let suffix = name.strip_prefix(&self.name);
        let suffix = suffix.unwrap_or_else(|| panic!("{line:?} belongs to {}", self.name));
        let names = label_names(labels);
        let ordered = match (&*self.kind, suffix) {
            ("histogram", "_bucket") => {
                let (last, others) = names.split_last().expect("a bucket has a bound");
                assert_eq!(*last, "le", "{line:?} has a bound, at its end");
                others
            }
            ("histogram", "_sum" | "_count") | ("counter" | "gauge", "") => &names[..],
            (kind, suffix) => panic!("a {kind} has no {suffix:?}: {line:?}"),
        };
        assert!(ordered.is_sorted(), "{line:?} has its labels in order");
        let value = match value {
            "+Inf" => f64::INFINITY,
            number => number.parse().expect("a number"),
        };
        let twice = self.samples.insert(sample.to_owned(), value);
        assert_eq!(twice, None, "{line:?} is there once");
    }

    /// Buckets grow, and the last one is the count.
    fn check(&self) {
        assert!(!self.samples.is_empty(), "{} has samples", self.name);
        for (sample, count) in &self.samples {
            let Some(labels) = sample.strip_prefix(&format!("{}_count", self.name)) else {
                continue;
            };
            if self.kind != "histogram" {
                continue;
            }
            let labels = labels.trim_matches(['{', '}']);
            let mut bounds: Vec<(f64, f64)> = self
                .buckets(labels)
                .map(|(bound, count)| (bound.parse().expect("a bound"), count))
                .collect();
            bounds.sort_by(|left, right| left.0.total_cmp(&right.0));
            assert!(
                bounds.is_sorted_by(|left, right| left.1 <= right.1),
                "{sample}: {bounds:?}"
            );
            assert_eq!(bounds.last(), Some(&(f64::INFINITY, *count)), "{sample}");
        }
    }

    /// The bounds of a histogram as they are written, with their counts, for a set of labels.
    pub(crate) fn buckets<'a>(&'a self, labels: &'a str) -> impl Iterator<Item = (&'a str, f64)> {
        let begin = match labels {
            "" => format!("{}_bucket{{le=\"", self.name),
            labels => format!("{}_bucket{{{labels},le=\"", self.name),
        };
        self.samples.iter().filter_map(move |(sample, count)| {
            let bound = sample.strip_prefix(&begin)?.strip_suffix("\"}")?;
            Some((bound, *count))
        })
    }
}

/// The names of labels; their values may hold anything, escaped.
fn label_names(mut labels: &str) -> Vec<&str> {
    let mut names = Vec::new();
    while !labels.is_empty() {
        let (name, rest) = labels.split_once("=\"").expect("a value in quotes");
        names.push(name);
        let mut escaped = false;
        let end = rest.find(|character| {
            let ends = character == '"' && !escaped;
            escaped = character == '\\' && !escaped;
            ends
        });
        let (_, rest) = rest.split_at(end.expect("a closing quote") + 1);
        labels = match rest.strip_prefix(',') {
            Some(more) if !more.is_empty() => more,
            None if rest.is_empty() => rest,
            _ => panic!("{rest:?} follows a label"),
        };
    }
    names
}
