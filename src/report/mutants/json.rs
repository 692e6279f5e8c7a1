//! Changes for programs: one JSON object a line. `docs/mutants.md` promises these keys.

use serde::Serialize;

use super::{Totals, Tried};
use crate::report::objects;

#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum Line<'a> {
    Mutant {
        document: &'a str,
        platform: Option<&'a str>,
        file: &'a str,
        line: usize,
        step: &'a str,
        operator: &'a str,
        before: &'a str,
        after: &'a str,
        state: &'static str,
        by: Option<&'a str>,
        reason: Option<&'a str>,
        hint: Option<&'a str>,
        seconds: f64,
    },
    MutantsFinished {
        mutants: usize,
        killed: usize,
        killed_by_check: usize,
        timed_out: usize,
        survived: usize,
        equivalent: usize,
        left_out: usize,
        score: Option<f64>,
        seed: Option<u64>,
        complete: bool,
        seconds: f64,
    },
}

/// All changes and what they come to, a line each. `seed`: of a sample; `complete`: whether all were tried that were to be.
#[must_use]
pub fn json(all: &[Tried], seed: Option<u64>, complete: bool, seconds: f64) -> String {
    let mut text = String::new();
    let mut line = |line: &Line<'_>| text.push_str(&objects([line]));
    for tried in all {
        line(&Line::Mutant {
            document: &tried.document,
            platform: tried.platform.as_deref(),
            file: &tried.file,
            line: tried.line,
            step: &tried.step,
            operator: tried.operator,
            before: &tried.before,
            after: &tried.after,
            state: tried.fate.name(),
            by: tried.by.as_deref(),
            reason: tried.reason.as_deref(),
            hint: tried.hint,
            seconds: tried.seconds,
        });
    }
    let totals = Totals::of(all);
    line(&Line::MutantsFinished {
        mutants: all.len(),
        killed: totals.killed,
        killed_by_check: totals.by_check,
        timed_out: totals.timed_out,
        survived: totals.survived,
        equivalent: totals.equivalent,
        left_out: totals.left_out,
        score: totals.score(),
        seed,
        complete,
        seconds,
    });
    text
}
