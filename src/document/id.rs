//! The name of a step.

use std::{fmt, sync::Arc};

/// A step's id: kebab-case (`a`–`z`, digits, single hyphens, a letter first). Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId(Arc<str>);

impl StepId {
    /// The id that `text` spells; `None` where it is not kebab-case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let legal = text.starts_with(|c: char| c.is_ascii_lowercase())
            && !text.ends_with('-')
            && !text.contains("--")
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        legal.then(|| Self(text.into()))
    }

    /// The id as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
