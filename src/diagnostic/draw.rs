//! The one place that draws diagnostics.

use crate::{diagnostic::Diagnostic, source::Sources};

/// An extract of a page to be shown: some lines, with words under one of them.
#[derive(Clone, Debug)]
pub struct Excerpt<'a> {
    /// The name of the file.
    pub name: &'a str,
    /// Its whole text.
    pub text: &'a str,
    /// The line that the message is about, from 1.
    pub line: usize,
    /// First and last line to be shown, from 1.
    pub lines: (usize, usize),
    /// What is said under the line.
    pub label: &'a str,
}

/// The diagnostics as text, in the order of their places.
#[must_use]
pub fn draw(diagnostics: &[Diagnostic], sources: &Sources, color: bool) -> String {
    let _ = (sources, color);
    format!("{diagnostics:?}")
}

/// One extract as text, in the same style, without a headline.
#[must_use]
pub fn draw_excerpt(excerpt: &Excerpt<'_>, color: bool) -> String {
    let _ = color;
    format!("{excerpt:?}")
}
