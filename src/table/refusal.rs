//! Why what a block says is not done.

use std::ops::Range;

use crate::{diagnostic::Diagnostic, source::Fragments};

/// What keeps what a block says from being done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// A diagnostic's code.
    pub code: &'static str,
    /// What is wrong, in one lowercase sentence without a full stop.
    pub message: String,
    /// The bytes of the block's text, placeholders replaced, that it is about.
    pub at: Range<usize>,
    /// What is said under them.
    pub label: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Refusal {
    /// The same at its place in the page.
    #[must_use]
    pub fn diagnostic(&self, text: &Fragments) -> Diagnostic {
        let error = Diagnostic::error(self.code, &self.message, text.span(self.at.clone()), &self.label);
        match &self.help {
            Some(help) => error.help(help),
            None => error,
        }
    }

    /// The line of a block's text that it is about, from 0.
    #[must_use]
    pub fn line(&self, text: &str) -> usize {
        line(text, self.at.start)
    }
}

/// The line of a block's text that the byte `at` stands in, from 0.
#[must_use]
pub fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}
