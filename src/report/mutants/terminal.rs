//! Changes for people: a line each, and one that sums them up.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::{Fate, Totals, Tried};
use crate::report::{escape, seconds::seconds};

/// So much of a text is shown, in characters.
const SHOWN: usize = 100;

/// The changes that nothing saw, each with what would catch it; then how each sort of change fared.
#[must_use]
pub fn survivors(all: &[Tried], color: bool) -> String {
    let mut text = String::new();
    let (bold, dim) = styles(color);
    for tried in all.iter().filter(|tried| tried.fate == Fate::Survived) {
        change(&mut text, tried, bold);
        if let Some(hint) = tried.hint {
            let _ = writeln!(text, "  {dim}{hint}{dim:#}");
        }
    }
    for tried in all.iter().filter(|tried| tried.fate == Fate::Equivalent) {
        change(&mut text, tried, Style::new());
        let reason = tried.reason.as_deref().unwrap_or_default();
        let _ = writeln!(text, "  {dim}marked as equivalent: {}{dim:#}", escape(reason));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&by_operator(all));
    text
}

/// All changes, and no word of what became of them.
#[must_use]
pub fn listed(all: &[Tried], color: bool) -> String {
    let mut text = String::new();
    for tried in all {
        change(&mut text, tried, styles(color).0);
    }
    text
}

fn styles(color: bool) -> (Style, Style) {
    if color { (AnsiColor::Yellow.on_default(), Style::new().dimmed()) } else { (Style::new(), Style::new()) }
}

/// `page.md:12: digit-changed: 365 → 366`.
fn change(text: &mut String, tried: &Tried, style: Style) {
    let (before, after) = (short(&tried.before), short(&tried.after));
    let what = if after.is_empty() { before } else { format!("{before} → {after}") };
    let _ = writeln!(
        text,
        "{}:{}: {style}{}{style:#} in {}: {what}",
        escape(&tried.file),
        tried.line,
        tried.operator,
        tried.step
    );
}

/// In backticks, on one line.
fn short(text: &str) -> String {
    let mut lines = text.lines();
    let Some(first) = lines.next() else { return String::new() };
    let more = lines.next().is_some();
    let cut: String = first.chars().take(SHOWN).collect();
    let dots = if more || cut.len() < first.len() { " …" } else { "" };
    format!("`{}{dots}`", escape(&cut))
}

/// A row for each sort of change of which some was not seen.
fn by_operator(all: &[Tried]) -> String {
    let mut names: Vec<&'static str> = Vec::new();
    for tried in all {
        if !names.contains(&tried.operator) {
            names.push(tried.operator);
        }
    }
    let rows: Vec<(&str, Totals)> = names
        .into_iter()
        .map(|name| (name, Totals::of(all.iter().filter(|tried| tried.operator == name))))
        .filter(|(_, totals)| totals.survived > 0)
        .collect();
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for (name, totals) in &rows {
        let _ = writeln!(text, "{name:<width$}  {} of {} survived", totals.survived, totals.counted());
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// `killed 312 of 320 (97.5%), 3 by the check; 2 marked as equivalent; 14 left out (steps that could not run here)`.
#[must_use]
pub fn totals(totals: &Totals, sample: Option<(usize, u64)>, took: f64) -> String {
    let mut line = match totals.score() {
        Some(score) => format!("killed {} of {} ({score:.1}%)", totals.killed, totals.counted()),
        None if totals.equivalent > 0 => "no change counts".to_owned(),
        None => "nothing was tried".to_owned(),
    };
    if totals.by_check > 0 {
        let _ = write!(line, ", {} by the check", totals.by_check);
    }
    if totals.timed_out > 0 {
        let _ = write!(line, ", {} by a time-out", totals.timed_out);
    }
    if totals.equivalent > 0 {
        let _ = write!(line, "; {} marked as equivalent", totals.equivalent);
    }
    if totals.left_out > 0 {
        let _ = write!(line, "; {} left out (steps that could not run here)", totals.left_out);
    }
    if let Some((of, seed)) = sample {
        let _ = write!(line, "; a sample of {of}, seed {seed}");
    }
    let _ = write!(line, "; {}", seconds(took));
    line
}
