//! A line for each step, under the name of its document.

use super::{
    Verbosity,
    canvas::{BOLD, Canvas, DIM, PLAIN, style_of},
    failure,
    seconds::seconds,
};
use crate::outcome::{Counts, Finished, State};

/// The lines of a run.
#[derive(Debug)]
pub(super) struct Listing {
    verbosity: Verbosity,
    /// The document whose steps were listed last.
    document: Option<(String, Option<String>)>,
}

impl Listing {
    /// None yet.
    pub(super) fn new(verbosity: Verbosity) -> Self {
        Self { verbosity, document: None }
    }

    /// One line for an attempt, under its document's name; with `again`, of an attempt that is followed by another.
    pub(super) fn step(&mut self, canvas: &mut Canvas, finished: &Finished, again: bool) {
        let place = &finished.place;
        let listed = self.document.as_ref();
        if !listed.is_some_and(|(name, platform)| *name == place.document && *platform == place.platform) {
            let name = document_name(&place.document, place.platform.as_deref());
            canvas.line(BOLD, &name);
            self.document = Some((place.document.clone(), place.platform.clone()));
        }
        let name = place.step.clone().unwrap_or_else(|| format!("line {}", place.line));
        canvas.put(style_of(finished.state), &format!("  {:<10}", finished.state.name()));
        canvas.put(PLAIN, &format!(" {name}"));
        if finished.attempt > 0 {
            canvas.put(DIM, &format!(" {}", seconds(finished.seconds)));
        }
        if again {
            canvas.put(DIM, &format!(", attempt {}, tried again", finished.attempt));
        } else if finished.attempt > 1 {
            canvas.put(DIM, &format!(", attempt {}", finished.attempt));
        }
        if finished.accepted {
            canvas.put(DIM, ", recorded");
        }
        // What did not pass is drawn at length right below.
        let drawn = !again && matches!(finished.state, State::Failed | State::Drifted | State::New);
        if let (false, Some(reason)) = (drawn, &finished.reason) {
            canvas.put(PLAIN, &format!(": {reason}"));
        }
        canvas.end();
        if self.verbosity == Verbosity::Outputs && !drawn {
            failure::printed(canvas, 4, "it printed", &finished.stdout, None);
            failure::printed(canvas, 4, "on standard error", &finished.stderr, None);
        }
    }
}

/// `ssl-macos.md (linux)`.
pub(super) fn document_name(document: &str, platform: Option<&str>) -> String {
    platform.map_or_else(|| document.to_owned(), |platform| format!("{document} ({platform})"))
}

/// `14 steps` where all passed, else also how many did not.
pub(super) fn added_up(counts: Counts, steps: usize) -> String {
    let mut text = format!("{steps} step{}", if steps == 1 { "" } else { "s" });
    let others = [
        (counts.failed, State::Failed),
        (counts.drifted, State::Drifted),
        (counts.new, State::New),
        (counts.unverified, State::Unverified),
        (counts.skipped, State::Skipped),
        (counts.not_run, State::NotRun),
    ];
    for (count, state) in others.into_iter().filter(|(count, _)| *count > 0) {
        text = format!("{text}, {count} {state}");
    }
    text
}
