//! Findings as workflow commands of GitHub Actions, which become annotations beside the lines.

use std::fmt::Write as _;

use super::{Checked, merge::merged, terminal::row_in_words};
use crate::{
    diagnostic::{Diagnostic, Severity},
    report::commands::{data, property},
    source::SourceId,
};

/// A command for each finding, a line each. `file` names a source from the root of the repository.
///
/// GitHub shows the first ten errors and the first ten warnings of a job's step, so what warns of many places does it
/// once.
#[must_use]
pub fn github(checked: &Checked<'_>, file: &dyn Fn(SourceId) -> String) -> String {
    let mut text = String::new();
    for found in merged(checked.diagnostics) {
        command(&found, checked, file, &mut text);
    }
    for row in checked.coverage.iter().filter(|row| checked.least.is_some_and(|least| row.is_below(least))) {
        let message =
            format!("{}, less than the {} % asked for", row_in_words(row), checked.least.unwrap_or(0));
        let _ = writeln!(text, "::error title=coverage::{}", data(&message));
    }
    text
}

fn command(found: &Diagnostic, checked: &Checked<'_>, file: &dyn Fn(SourceId) -> String, text: &mut String) {
    let Some(label) = found.labels.first() else { return };
    let source = checked.sources.get(label.span.source);
    let (start, end) = (source.position(label.span.start), source.position(label.span.end));
    let name = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let _ = write!(
        text,
        "::{name} file={},line={},endLine={}",
        property(&file(label.span.source)),
        start.line,
        end.line
    );
    // Columns of two lines would be refused.
    if start.line == end.line {
        // The last column is the last one that belongs to it.
        let last = end.column.saturating_sub(1).max(start.column);
        let _ = write!(text, ",col={},endColumn={last}", start.column);
    }
    let mut message = found.message.clone();
    for more in [Some(&label.text), found.help.as_ref()].into_iter().flatten().filter(|more| !more.is_empty())
    {
        message.push('\n');
        message.push_str(more);
    }
    let _ = writeln!(text, ",title={}::{}", property(found.code), data(&message));
}
