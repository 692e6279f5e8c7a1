//! `tutor run --repeat N`: which steps do the same each time, and what would make the others.

use std::{cell::RefCell, collections::BTreeMap, fmt::Write as _, io, rc::Rc};

use super::program::counted;
use crate::{
    outcome::{Event, Finished, Stamped, State},
    redact::{Rule, suggest},
    report::{Reporter, escape},
};

/// What of a step stays the same over all repetitions: page, platform, file, line, id.
type Key = (String, Option<String>, String, usize, Option<String>);

/// The ends of each step, one for each time that it was run. It listens like a report.
#[derive(Clone, Debug, Default)]
pub(super) struct Repeats(Rc<RefCell<BTreeMap<Key, Vec<Finished>>>>);

impl Reporter for Repeats {
    fn target(&self) -> &'static str {
        "the repetitions"
    }

    fn event(&mut self, stamped: &Stamped) -> io::Result<()> {
        if let Event::StepFinished(finished) = &stamped.event {
            let place = &finished.place;
            let key = (
                place.document.clone(),
                place.platform.clone(),
                place.file.clone(),
                place.line,
                place.step.clone(),
            );
            let mut known = self.0.borrow_mut();
            let times = known.entry(key).or_default();
            // A later attempt takes the place of the one before.
            if finished.attempt > 1 {
                times.pop();
            }
            times.push((**finished).clone());
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Repeats {
    /// What there is to say, and whether every step did the same each time.
    pub(super) fn told(&self, times: usize) -> (String, bool) {
        let known = self.0.borrow();
        let ran = known.values().filter(|ends| ends.iter().any(|end| end.state.has_run()));
        let count = ran.count();
        let unstable: Vec<(&Key, &Vec<Finished>)> =
            known.iter().filter(|(_, ends)| !is_stable(ends)).collect();
        if unstable.is_empty() {
            return (format!("stable: {} did the same in {times} runs\n", counted(count, "step")), true);
        }
        let mut out = format!("not stable: {} of {count} steps in {times} runs\n", unstable.len());
        for ((document, platform, _, line, id), ends) in unstable {
            let name = id.clone().unwrap_or_else(|| format!("line {line}"));
            let platform = platform.as_ref().map(|platform| format!(" ({platform})")).unwrap_or_default();
            let states: Vec<String> = State::ALL
                .into_iter()
                .map(|state| (state, ends.iter().filter(|end| end.state == state).count()))
                .filter(|(_, count)| *count > 0)
                .map(|(state, count)| format!("{count} {state}"))
                .collect();
            let _ =
                writeln!(out, "\n{}{platform} › {}: {}", escape(document), escape(&name), states.join(", "));
            out.push_str(&advice(ends));
        }
        (out, false)
    }
}

/// Whether all ends are the same. What a page lets vary (by a wildcard, by recording nothing, by `exit=nonzero`) is no
/// difference.
fn is_stable(ends: &[Finished]) -> bool {
    let Some(first) = ends.first() else { return true };
    let outputs = |end: &Finished| (end.stdout.clone(), end.stderr.clone());
    let compared = matches!(first.state, State::New | State::Drifted);
    ends.iter().all(|end| {
        let same_exit = end.state == State::Passed || end.exit == first.exit;
        end.state == first.state && same_exit && (!compared || outputs(end) == outputs(first))
    })
}

/// What would make the step stable, as far as its outputs tell.
fn advice(ends: &[Finished]) -> String {
    let mut out = String::new();
    let failed = ends.iter().find(|end| end.state == State::Failed);
    if let Some(reason) = failed.and_then(|end| end.reason.as_deref()) {
        let _ = writeln!(out, "  {}", escape(reason.lines().next().unwrap_or_default()));
    }
    let ran: Vec<&Finished> = ends.iter().filter(|end| end.state.has_run() && !end.truncated).collect();
    let mut rules: Vec<Rule> = Vec::new();
    for stream in [|end: &Finished| end.stdout.clone(), |end: &Finished| end.stderr.clone()] {
        let texts: Vec<String> = ran.iter().map(|end| stream(end)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let Some(found) = suggest(&texts) else {
            out.push_str("  whole lines of its output come, go or change: make it print less, or sort it\n");
            return out;
        };
        for rule in found {
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
    }
    if !rules.is_empty() {
        out.push_str("  with this under `redact` its output is the same each time:\n");
    }
    for Rule { pattern, with } in rules {
        let _ = writeln!(out, "    - {{pattern: {}, with: {}}}", yaml(&pattern), yaml(&with));
    }
    out
}

/// A text as YAML has it within single quotation marks.
fn yaml(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
