/// A subject that cannot be understood: the part that is wrong, what is allowed there, and one that works.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The subject {subject:?} is not understood: {problem}. Allowed: {allowed}. For example: {example}"
)]
pub struct BadSubject {
    subject: String,
    problem: String,
    allowed: String,
    example: &'static str,
}

impl BadSubject {
    pub(super) fn new(
        subject: &str,
        problem: String,
        allowed: impl Into<String>,
        example: &'static str,
    ) -> Self {
        Self {
            subject: subject.to_owned(),
            problem,
            allowed: allowed.into(),
            example,
        }
    }
}

/// The parts of a subject behind its first comma. Each is taken by whoever knows it; what is left over is an error.
#[derive(Debug)]
pub(super) struct Options<'a> {
    subject: &'a str,
    parts: Vec<&'a str>,
    arguments: Option<&'a str>,
    known: Vec<&'static str>,
}

impl<'a> Options<'a> {
    /// What stands before the first comma, and the options behind it. `args=` reaches to the end of the text.
    pub(super) fn split(subject: &'a str) -> (&'a str, Self) {
        let (parts, arguments) = match subject.split_once(",args=") {
            Some((parts, arguments)) => (parts, Some(arguments)),
            None => (subject, None),
        };
        let mut parts = parts.split(',');
        let head = parts.next().unwrap_or_default();
        let options = Self {
            subject,
            parts: parts.collect(),
            arguments,
            known: Vec::new(),
        };
        (head, options)
    }

    /// The value of an option, read by `read`; `None` where the option is not there.
    pub(super) fn take<T>(
        &mut self,
        name: &'static str,
        allowed: &str,
        example: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, BadSubject> {
        self.known.push(name);
        let mut values = Vec::new();
        self.parts.retain(|part| match part.split_once('=') {
            Some((found, value)) if found == name => {
                values.push(value);
                false
            }
            _ => true,
        });
        match *values {
            [] => Ok(None),
            [value] => match read(value) {
                Some(value) => Ok(Some(value)),
                None => Err(self.bad(format!("{name} is {value:?}"), allowed, example)),
            },
            _ => Err(self.bad(
                format!("{name} is given twice"),
                "each option once",
                example,
            )),
        }
    }

    /// The parts that are no `name=value`.
    pub(super) fn take_bare(&mut self) -> Vec<&'a str> {
        let (bare, named) = self.parts.iter().partition(|part| !part.contains('='));
        self.parts = named;
        bare
    }

    /// What stands behind `args=`.
    pub(super) fn take_arguments(&mut self) -> Option<&'a str> {
        self.known.push("args");
        self.arguments.take()
    }

    /// Everything must have been taken.
    pub(super) fn done(self, example: &'static str) -> Result<(), BadSubject> {
        let left = self.parts.first().copied();
        let Some(left) = left.or(self.arguments.map(|_| "args")) else {
            return Ok(());
        };
        let name = left.split_once('=').map_or(left, |(name, _)| name);
        let allowed = match &*self.known {
            [] => "no options".to_owned(),
            known => format!("the options {}", known.join(", ")),
        };
        let problem = if name.is_empty() {
            "an option is empty".to_owned()
        } else {
            format!("there is no option {name:?} here")
        };
        Err(self.bad(problem, &allowed, example))
    }

    pub(super) fn bad(&self, problem: String, allowed: &str, example: &'static str) -> BadSubject {
        BadSubject::new(self.subject, problem, allowed, example)
    }
}
