//! The one line that sums a run up.

use std::fmt::Write as _;

use super::{DocumentFold, Fold, State};

/// So many different reasons are named; what hides the numbers sums nothing up.
const REASONS: usize = 3;

impl Fold {
    /// `14 steps: 12 passed, 1 drifted, 1 unverified (mongod not found)`, and what these numbers don't say: a document
    /// that failed without a failed step, a run of nothing or without an end, pages for another platform than the host's.
    #[must_use]
    pub fn summary(&self) -> String {
        let counts = self.counts();
        let total = counts.total();
        let mut parts = Vec::new();
        for state in State::ALL {
            let count = counts.get(state);
            if count > 0 {
                let reasons = if state == State::Unverified { self.reasons() } else { String::new() };
                parts.push(format!("{count} {state}{reasons}"));
            }
        }
        parts.extend(self.failed_documents());
        if !self.is_finished() {
            parts.push("the run did not come to its end".to_owned());
        } else if !self.anything_ran() {
            parts.push("nothing ran".to_owned());
        }
        let plural = if total == 1 { "" } else { "s" };
        format!("{total} step{plural}: {}{}{}", parts.join(", "), self.elsewhere(), self.stood_in())
    }

    /// ` (mongod not found; zsh not found)`: why steps are unverified.
    fn reasons(&self) -> String {
        let reasons = self.all().reasons;
        brackets(&reasons.iter().map(String::as_str).collect::<Vec<_>>(), REASONS, "; ")
    }

    /// `1 document failed (interrupted)`: those that say more than their steps do.
    fn failed_documents(&self) -> Option<String> {
        let failed = |state| state == State::Failed;
        let documents = || {
            let ended =
                self.documents.iter().filter(|document| document.is_finished() && failed(document.state()));
            ended.filter(|document| document.counts().failed == 0)
        };
        let count = documents().count();
        let reasons = distinct(documents().filter_map(|document| document.reason.as_deref()));
        let plural = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{count} document{plural} failed{}", brackets(&reasons, REASONS, "; ")))
    }

    /// ` (stand-in: mongod)`, of all documents.
    fn stood_in(&self) -> String {
        let names = self.documents.iter().flat_map(DocumentFold::stood_in).map(String::as_str);
        let names: Vec<String> = distinct(names).into_iter().map(str::to_owned).collect();
        stand_ins(&names)
    }

    /// ` (macos page on linux)`: what passed there passed on another system than the page is for.
    fn elsewhere(&self) -> String {
        let pages = self.documents.iter().filter_map(|document| {
            let platform = document.platform.as_deref()?;
            let system = platform.split('/').next().unwrap_or(platform);
            let known = !document.host.is_empty();
            let under = document.under_wine().map(|version| format!(" under Wine {version}"));
            (known && system != document.host)
                .then(|| format!("{platform} page on {}{}", document.host, under.unwrap_or_default()))
        });
        let pages: Vec<String> = pages.collect();
        let pages = distinct(pages.iter().map(String::as_str));
        brackets(&pages, pages.len(), ", ")
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

/// Each text once, in the order in which they come.
fn distinct<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let mut found = Vec::new();
    for text in texts {
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

/// ` (a; b)`, at most `limit` of them and the number of the others; nothing for none.
fn brackets(texts: &[&str], limit: usize, separator: &str) -> String {
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
