//! `tutor check`: every mistake in the text, and nothing runs.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use super::{
    error::CommandError,
    findings::{Findings, find},
    fix::{Outcome, fix},
    load::current_directory,
    options::{self, CheckFormat, CheckReport},
    program::{WRONG, counted, say},
    root::slashed,
};
use crate::{
    diagnostic::{Diagnostic, has_errors},
    document,
    report::{
        Color, Output,
        findings::{Checked, Coverage, covered, github, json, mended, terminal, totals},
    },
    source::SourceId,
};

/// Checks the pages; the value is the exit status. What is wrong goes to standard output: it is what one asked for.
pub(super) fn check(options: &options::Check, color: Color) -> Result<u8, CommandError> {
    let cwd = current_directory()?;
    let outcome = if options.fix {
        fix(&options.pages, &cwd)?
    } else {
        Outcome { left: find(&options.pages, &cwd)?, mended: Vec::new(), errors: Vec::new() }
    };
    let coverage: Vec<Coverage> = outcome.left.coverage.iter().map(row).collect();
    let checked = Checked {
        diagnostics: &outcome.left.diagnostics,
        sources: &outcome.left.loaded.sources,
        tutorials: outcome.left.loaded.pages.len(),
        coverage: &coverage,
        least: options.min_coverage,
        mended: &outcome.mended,
    };
    let below = options.min_coverage.is_some_and(|least| coverage.iter().any(|row| row.is_below(least)));
    let mut status = if has_errors(checked.diagnostics) { WRONG } else { u8::from(below) };
    let taken =
        options.reports.iter().any(|report| report.format == CheckFormat::Json && report.path.is_none());
    no_page_overwritten(&options.reports, &outcome.left)?;
    for report in &options.reports {
        let place = match (&report.path, taken && report.format != CheckFormat::Json) {
            (Some(path), _) => Place::File(path),
            // Standard output can't be for a program and for people at once.
            (None, true) => Place::Stream(Output::stderr(color)),
            (None, false) => Place::Stream(Output::stdout(color)),
        };
        let text = text(report, &place, &checked, &outcome, color);
        status = place.write(&text, status)?;
    }
    CommandError::of(outcome.errors).map_or(Ok(status), Err)
}

/// A slip like `--report json=page.md` must not cost the page.
fn no_page_overwritten(reports: &[CheckReport], found: &Findings) -> Result<(), CommandError> {
    let targets = reports.iter().filter_map(|report| report.path.as_ref());
    for path in targets {
        let Ok(target) = path.canonicalize() else { continue };
        let is_target = |(file, _): (&Path, SourceId)| file.canonicalize().is_ok_and(|file| file == target);
        if found.loaded.files().any(is_target) {
            return Err(CommandError::ReportOverPage { path: path.clone() });
        }
    }
    Ok(())
}

fn row(row: &document::Coverage) -> Coverage {
    Coverage {
        platform: row.platform.as_ref().map(ToString::to_string),
        executable: row.executable,
        tagged: row.tagged,
        percent: row.percent(),
    }
}

/// Where a report goes.
enum Place<'p> {
    File(&'p PathBuf),
    Stream(Output),
}

impl Place<'_> {
    fn write(self, text: &str, status: u8) -> Result<u8, CommandError> {
        match self {
            Self::Stream(mut output) => say(&mut output, text, status),
            Self::File(path) => fs::write(path, text)
                .map(|()| status)
                .map_err(|source| CommandError::Report { path: path.clone(), source }),
        }
    }
}

fn text(
    report: &CheckReport,
    place: &Place<'_>,
    checked: &Checked<'_>,
    outcome: &Outcome,
    color: Color,
) -> String {
    match report.format {
        CheckFormat::Json => json(checked),
        CheckFormat::Github => {
            let base = workspace();
            github(checked, &|source| in_repository(source, &outcome.left, base.as_deref()))
        }
        CheckFormat::Terminal => {
            let (width, color) = match place {
                Place::Stream(output) => (output.width(), output.color()),
                Place::File(_) => (None, color == Color::Always),
            };
            let mut text = mended(checked.mended);
            text.push_str(&terminal(checked, width, color));
            text.push_str(&covered(checked));
            let _ = writeln!(text, "{}", last_line(checked));
            text
        }
    }
}

/// `checked 3 tutorials: 2 errors, 1 warning in 1 file`.
fn last_line(checked: &Checked<'_>) -> String {
    let mut line = format!("checked {}: ", counted(checked.tutorials, "tutorial"));
    if checked.mended.is_empty() {
        line.push_str(&totals(checked.diagnostics));
        return line;
    }
    let _ = write!(line, "fixed {}; ", counted(checked.mended.len(), "mistake"));
    if checked.diagnostics.is_empty() {
        line.push_str("nothing is left");
    } else {
        let _ = write!(line, "left: {}", totals(checked.diagnostics));
    }
    let unsure = checked.diagnostics.iter().filter(|found| found.fix.as_ref().is_some_and(|fix| !fix.sure));
    match unsure.count() {
        0 => {}
        1 => line.push_str(", one with a suggestion that only you can decide on"),
        more => {
            let _ = write!(line, ", {more} with suggestions that only you can decide on");
        }
    }
    line
}

/// `2 errors, 1 warning in 1 file`.
pub(super) fn summary(diagnostics: &[Diagnostic]) -> String {
    totals(diagnostics)
}

/// The repository's directory, in GitHub Actions.
fn workspace() -> Option<PathBuf> {
    std::env::var_os("GITHUB_WORKSPACE")
        .map(PathBuf::from)
        .or_else(|| std::env::current_dir().ok())
        .and_then(|dir| dir.canonicalize().ok())
}

/// The file's path from the root of the repository, which a tutorial's root need not be.
fn in_repository(source: SourceId, found: &Findings, base: Option<&Path>) -> String {
    let path = found.loaded.path(source).and_then(|path| path.canonicalize().ok());
    let below = path.as_deref().zip(base).and_then(|(path, base)| path.strip_prefix(base).ok());
    below.map_or_else(|| found.loaded.sources.get(source).name().to_owned(), slashed)
}
