//! Findings for people: pictures, and a line that sums up.

use std::{collections::HashSet, fmt::Write as _};

use super::{Checked, Coverage, merge::merged};
use crate::diagnostic::{Diagnostic, Severity, draw_within};

/// Columns where nobody says how many there are.
const WIDTH: usize = 140;

/// The pictures, each followed by an empty line; nothing where nothing is wrong. `width` is the terminal's.
#[must_use]
pub fn terminal(checked: &Checked<'_>, width: Option<usize>, color: bool) -> String {
    if checked.diagnostics.is_empty() {
        return String::new();
    }
    let width = width.unwrap_or(WIDTH);
    let mut text = draw_within(width, &merged(checked.diagnostics), checked.sources, color);
    text.truncate(text.trim_end().len());
    text.push_str("\n\n");
    text
}

/// `linux: 18 of 20 blocks that look executable are tagged, 90 %`.
pub(super) fn row_in_words(row: &Coverage) -> String {
    let platform = row.platform.as_deref().unwrap_or("any platform");
    let Coverage { executable, tagged, percent, .. } = row;
    let (noun, verb) =
        if *executable == 1 { ("block that looks", "is") } else { ("blocks that look", "are") };
    format!("{platform}: {tagged} of {executable} {noun} executable {verb} tagged, {percent} %")
}

/// A line for each platform, where something is not tagged or a least share is asked for.
#[must_use]
pub fn covered(checked: &Checked<'_>) -> String {
    let mut text = String::new();
    let complete = checked.coverage.iter().all(|row| row.tagged == row.executable);
    if complete && checked.least.is_none() {
        return text;
    }
    for row in checked.coverage {
        text.push_str(&row_in_words(row));
        if let Some(least) = checked.least.filter(|least| row.is_below(*least)) {
            let _ = write!(text, ", less than the {least} % asked for");
        }
        text.push('\n');
    }
    text
}

/// `2 errors, 1 warning in 3 files`; `no mistakes`.
#[must_use]
pub fn totals(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| diagnostics.iter().filter(|found| found.severity == severity).count();
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let found: Vec<String> = [(count(Severity::Error), "error"), (count(Severity::Warning), "warning")]
        .into_iter()
        .filter(|&(count, _)| count > 0)
        .map(|(count, noun)| plural(count, noun))
        .collect();
    if found.is_empty() {
        return "no mistakes".to_owned();
    }
    let files: HashSet<_> =
        diagnostics.iter().filter_map(|found| found.labels.first()).map(|label| label.span.source).collect();
    format!("{} in {}", found.join(", "), plural(files.len(), "file"))
}
