//! The one line that sums a run up.

use std::fmt::Write as _;

use super::{Fold, State};

/// So many different reasons are named; what hides the numbers sums nothing up.
const REASONS: usize = 3;

impl Fold {
    /// `14 steps: 12 passed, 1 drifted, 1 unverified (mongod not found)`, and what these numbers don't say: a document
    /// that failed without a failed step, a run of nothing or without an end, pages for another platform than the host's.
    #[must_use]
    pub fn summary(&self) -> String {
        let all = self.total();
        let counts = all.steps.counts;
        let total = counts.total();
        let mut parts = Vec::new();
        for state in State::ALL {
            let count = counts.get(state);
            if count > 0 {
                let unverified = state == State::Unverified;
                let reasons =
                    if unverified { brackets(&all.steps.reasons, REASONS, "; ") } else { String::new() };
                parts.push(format!("{count} {state}{reasons}"));
            }
        }
        if all.failed_otherwise > 0 {
            let count = all.failed_otherwise;
            let plural = if count == 1 { "" } else { "s" };
            parts.push(format!("{count} document{plural} failed{}", brackets(&all.reasons, REASONS, "; ")));
        }
        if !self.is_finished() {
            parts.push("the run did not come to its end".to_owned());
        } else if !all.steps.proves {
            parts.push("nothing ran".to_owned());
        }
        let plural = if total == 1 { "" } else { "s" };
        let elsewhere = brackets(&all.elsewhere, all.elsewhere.len(), ", ");
        format!("{total} step{plural}: {}{elsewhere}{}", parts.join(", "), stand_ins(&all.stood_in))
    }
}

/// ` (stand-ins: mongod, mongosqld)`: what ran in the place of other programs has shown nothing of these.
#[must_use]
pub fn stand_ins(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [name] => format!(" (stand-in: {name})"),
        names => format!(" (stand-ins: {})", names.join(", ")),
    }
}

/// ` (a; b)`, at most `limit` of them and the number of the others; nothing for none.
fn brackets(texts: &[String], limit: usize, separator: &str) -> String {
    if texts.is_empty() {
        return String::new();
    }
    let shown = texts.len().min(limit);
    let mut text = format!(" ({}", texts[..shown].join(separator));
    if shown < texts.len() {
        // Writing to a String cannot fail.
        let _ = write!(text, "{separator}{} more", texts.len() - shown);
    }
    text.push(')');
    text
}
