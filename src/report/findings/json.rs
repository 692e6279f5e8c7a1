//! Findings for programs: one JSON object a line. `docs/diagnostics.md` promises these keys.

use serde::Serialize;

use super::{Checked, Coverage, Mended};
use crate::{
    diagnostic::{Diagnostic, Severity},
    report::objects,
    source::{Source, Sources, Span},
};

/// A line of the report.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum Line<'a> {
    Mended(&'a Mended),
    Finding(Box<Finding<'a>>),
    Coverage(&'a Coverage),
    CheckFinished { tutorials: usize, mended: usize, errors: usize, warnings: usize },
}

#[derive(Debug, Serialize)]
struct Finding<'a> {
    severity: &'static str,
    code: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    label: &'a str,
    /// The other places that it speaks of.
    also: Vec<Label<'a>>,
    help: Option<&'a str>,
    fix: Option<Fix<'a>>,
}

#[derive(Debug, Serialize)]
struct Label<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    label: &'a str,
}

#[derive(Debug, Serialize)]
struct Fix<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    replacement: &'a str,
    sure: bool,
}

/// A range of a file. Lines and columns count from 1, columns count characters; the end is the first place behind it.
/// `start` and `end` are bytes of the file from 0, a byte-order mark counted.
#[derive(Debug, Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    start: usize,
    end: usize,
}

/// An object for each fix that was written, one for each finding, one for
/// each platform's coverage, then one that sums up, a line each.
#[must_use]
pub fn json(checked: &Checked<'_>) -> String {
    let mut text = String::new();
    for mended in checked.mended {
        push(&mut text, &Line::Mended(mended));
    }
    for found in checked.diagnostics.iter().filter_map(|found| finding(found, checked.sources)) {
        push(&mut text, &Line::Finding(Box::new(found)));
    }
    for row in checked.coverage {
        push(&mut text, &Line::Coverage(row));
    }
    let count = |severity| checked.diagnostics.iter().filter(|found| found.severity == severity).count();
    push(
        &mut text,
        &Line::CheckFinished {
            tutorials: checked.tutorials,
            mended: checked.mended.len(),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
        },
    );
    text
}

fn push(text: &mut String, line: &Line<'_>) {
    text.push_str(&objects([line]));
}

/// `None` for what has no place, which no finding lacks.
fn finding<'a>(found: &'a Diagnostic, sources: &'a Sources) -> Option<Finding<'a>> {
    let (main, others) = found.labels.split_first()?;
    Some(Finding {
        severity: match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        code: found.code,
        message: &found.message,
        place: place(main.span, sources),
        label: &main.text,
        also: others
            .iter()
            .map(|label| Label { place: place(label.span, sources), label: &label.text })
            .collect(),
        help: found.help.as_deref(),
        fix: found.fix.as_ref().map(|fix| Fix {
            place: place(fix.span, sources),
            replacement: &fix.replacement,
            sure: fix.sure,
        }),
    })
}

fn place(span: Span, sources: &Sources) -> Place<'_> {
    let source: &Source = sources.get(span.source);
    let (start, end) = (source.position(span.start), source.position(span.end));
    let before = if source.has_bom() { '\u{feff}'.len_utf8() } else { 0 };
    Place {
        file: source.name(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        start: span.start + before,
        end: span.end + before,
    }
}
