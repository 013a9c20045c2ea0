/// The keys from `start` up to, but without, `end`.
#[derive(Clone, Debug)]
pub(crate) struct Range {
    pub(crate) start: String,
    pub(crate) end: String,
}

impl Range {
    /// Every key below a full key that ends in a slash, or that key alone.
    pub(crate) fn of(key: &str, recursive: bool) -> Self {
        let end = match key.strip_suffix('/') {
            // The letter after the slash: no key below it sorts behind that.
            Some(parent) if recursive => format!("{parent}0"),
            _ => format!("{key}\0"),
        };
        Self {
            start: key.to_owned(),
            end,
        }
    }

    /// What is left of it from a key on.
    pub(crate) fn starting(self, start: &str) -> Self {
        Self {
            start: start.to_owned(),
            ..self
        }
    }

    /// What is left of it behind a key.
    pub(crate) fn behind(self, key: &str) -> Self {
        self.starting(&format!("{key}\0"))
    }
}
