//! `tutor check`: every mistake in the text, and nothing runs.

use std::fmt::Write as _;

use super::{
    error::CommandError,
    load::{current_directory, load},
    options,
    program::{WRONG, counted, say},
};
use crate::{
    diagnostic::{Diagnostic, Severity, draw, has_errors},
    document::{Document, relocation_warnings},
    platform::System,
    report::{Color, Output},
};

/// Checks the pages; the value is the exit status. What is wrong goes to standard output: it is what one asked for.
pub(super) fn check(options: &options::Check, color: Color) -> Result<u8, CommandError> {
    let mut loaded = load(&options.pages, &current_directory()?)?;
    for document in loaded.pages.iter().filter_map(|page| page.document.as_ref()) {
        if may_replace_text(document) {
            loaded.diagnostics.extend(relocation_warnings(document, &loaded.sources));
        }
    }
    let mut output = Output::stdout(color);
    let mut text = String::new();
    if !loaded.diagnostics.is_empty() {
        text = draw(&loaded.diagnostics, &loaded.sources, output.color());
        text.truncate(text.trim_end().len());
        text.push_str("\n\n");
    }
    let sum = summary(&loaded.diagnostics);
    let _ = writeln!(text, "checked {}: {sum}", counted(loaded.pages.len(), "tutorial"));
    say(&mut output, &text, if has_errors(&loaded.diagnostics) { WRONG } else { 0 })
}

/// `2 errors, 1 warning`.
pub(super) fn summary(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| diagnostics.iter().filter(|found| found.severity == severity).count();
    let found: Vec<String> = [(count(Severity::Error), "error"), (count(Severity::Warning), "warning")]
        .into_iter()
        .filter(|&(count, _)| count > 0)
        .map(|(count, noun)| counted(count, noun))
        .collect();
    if found.is_empty() { "no mistakes".to_owned() } else { found.join(", ") }
}

/// Whether relocation by text can happen to the page: everywhere but on Linux, where a run has its own view of the
/// file system.
fn may_replace_text(document: &Document) -> bool {
    let platforms = &document.front.platforms;
    platforms.is_empty() || platforms.iter().any(|platform| platform.value.system != System::Linux)
}
