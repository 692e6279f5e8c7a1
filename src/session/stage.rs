//! What a run works on and with: the machine, the step that is still to be judged, what came of one.

use super::{
    Recorded,
    attempt::Ending,
    evaluate::{self, Evaluation},
    files,
    host::Machine,
    output::Output,
};
use crate::{
    plan::{AnswerLine, ShellAction, Step},
    redact::Redactor,
    verdict::Compared,
};

/// The machine, and how texts go to it and come from it.
pub(super) struct Stage<'s, 'c> {
    pub(super) machine: Machine<'c>,
    pub(super) redactor: &'s Redactor,
    /// The step that ran last, where it is still to be judged.
    pub(super) late: Option<Ran<'s>>,
}

/// An attempt at a shell step that is over.
pub(super) struct Ran<'s> {
    pub(super) step: &'s Step,
    pub(super) action: &'s ShellAction,
    pub(super) recorded: Option<&'s Recorded>,
    pub(super) attempt: u32,
    pub(super) output: Output<'s>,
    pub(super) ending: Ending,
    pub(super) unused: Option<&'s AnswerLine>,
    pub(super) seconds: f64,
}

impl Ran<'_> {
    /// Whether it ended as it should, so that whatever it wrote, the next step runs.
    pub(super) fn went_well(&self) -> bool {
        matches!(self.ending, Ending::Exited(status) if self.action.exit.accepts(status))
            && self.unused.is_none()
    }

    pub(super) fn judge(self, redactor: &Redactor) -> Done {
        let compared = self.output.finish();
        let mut evaluation = evaluate::evaluate(
            self.action,
            &self.ending,
            self.unused,
            &compared,
            self.recorded,
            self.step.timeout,
        );
        // Answers and expected lines stand there after placeholders.
        evaluation.reason = evaluation.reason.map(|reason| match self.ending {
            // Where the system itself fails, what helps is the machine's own name for the place.
            Ending::Broken(_) => redactor.secrets(&reason),
            _ => redactor.message(&reason),
        });
        evaluation.expected = evaluation.expected.map(|expected| redactor.secrets(&expected));
        Done { seconds: self.seconds, ..Done::of_streams(evaluation, compared) }
    }
}

impl Stage<'_, '_> {
    pub(super) fn write(&mut self, path: &str, mode: u32, text: &str) -> Done {
        match self.machine.write(path, mode, text) {
            Ok(()) => Done::of(Evaluation::passed()),
            Err(message) => self.failed(&format!("the file could not be written: {message}")),
        }
    }

    pub(super) fn list(&mut self, dir: &str, names: &[String], lines: &[usize]) -> Done {
        let found = match self.machine.list(dir) {
            Ok(found) => found,
            Err(message) => return self.failed(&format!("the directory could not be listed: {message}")),
        };
        let Some(difference) = files::compare(names, &found) else {
            return Done::of(Evaluation::passed());
        };
        let at = difference.missing.and_then(|index| lines.get(index).copied());
        let reason = self.redactor.secrets(&difference.reason);
        let [expected, diff] = [&names.join("\n"), &difference.diff].map(|text| self.redactor.secrets(text));
        Done::of(Evaluation::drifted(&reason, expected, diff, at))
    }

    pub(super) fn failed(&self, message: &str) -> Done {
        Done::of(Evaluation::failed(&self.redactor.text(message)))
    }
}

/// What came of a step.
pub(super) struct Done {
    pub(super) evaluation: Evaluation,
    pub(super) streams: [String; 2],
    pub(super) truncated: bool,
    pub(super) seconds: f64,
}

impl Done {
    pub(super) fn of(evaluation: Evaluation) -> Self {
        Self { evaluation, streams: Default::default(), truncated: false, seconds: 0.0 }
    }

    pub(super) fn of_streams(evaluation: Evaluation, compared: [Compared; 2]) -> Self {
        let truncated = compared.iter().any(|stream| stream.truncated);
        Self { streams: compared.map(|stream| stream.text), truncated, ..Self::of(evaluation) }
    }
}
