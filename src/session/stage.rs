//! What a run works on and with: the machine, the step that is still to be judged, what came of one.

use std::borrow::Cow;

use super::{
    Recorded,
    attempt::Ending,
    evaluate::{self, Evaluation},
    files,
    host::Machine,
    interpreter,
    output::Output,
    patch, rewriting,
};
use crate::{
    certificate::Refusal,
    document::Interpreter,
    outcome::{Certificate, State},
    plan::{AnswerLine, Hunk, ShellAction, Step},
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
        let prompt = self.output.ends_in_prompt();
        let compared = self.output.finish();
        let mut evaluation = evaluate::evaluate(
            self.action,
            &self.ending,
            self.unused,
            &compared,
            self.recorded,
            self.step.timeout,
        );
        if evaluation.state == State::Drifted {
            let expected = &self.action.expected;
            evaluation.rewrite = rewriting::of_output(self.step, expected, &compared, redactor).map(Box::new);
        }
        // Answers and expected lines stand there after placeholders.
        evaluation.reason = evaluation.reason.map(|reason| match self.ending {
            // Where the system itself fails, what helps is the machine's own name for the place.
            Ending::Broken(_) => redactor.secrets(&reason),
            _ => redactor.message(&reason),
        });
        if let (true, Some(reason)) = (prompt, &mut evaluation.reason) {
            let ShellAction { exit, answers, tty, .. } = self.action;
            reason.push_str(evaluate::unanswered(&self.ending, *exit, answers.is_some(), *tty));
        }
        evaluation.expected = evaluation.expected.map(|expected| redactor.secrets(&expected));
        Done { seconds: self.seconds, ..Done::of_streams(evaluation, compared) }
    }
}

impl Stage<'_, '_> {
    pub(super) fn write(&mut self, path: &str, mode: Option<u32>, append: bool, text: &str) -> Done {
        match self.machine.write(path, mode, append, text) {
            Ok(()) => Done::of(Evaluation::passed()),
            Err(message) => self.failed(&format!("the file could not be written: {message}")),
        }
    }

    /// What a shell is given to run: `text`, or the command of `interpreter` for a file that holds it.
    pub(super) fn text<'t>(&self, interpreter: Option<&Interpreter>, text: &'t str) -> Cow<'t, str> {
        let Some(interpreter) = interpreter else { return Cow::Borrowed(text) };
        let (directory, name) =
            (interpreter::directory(&interpreter.language), interpreter::file_name(&interpreter.language));
        Cow::Owned(match self.machine.script(&directory, &name, text) {
            Ok(path) => interpreter::command(interpreter, &path.to_string_lossy()),
            // The command says then that there is no such file.
            Err(_) => interpreter::command(interpreter, &name),
        })
    }

    /// Changes the file at `path`; not at all where a hunk does not fit.
    pub(super) fn patch(&mut self, path: &str, hunks: &[Hunk]) -> Done {
        let text = match self.machine.read(path) {
            Ok(Some(text)) => text,
            // A patch may make its file.
            Ok(None) if hunks.iter().all(|hunk| hunk.old_start == 0) => String::new(),
            Ok(None) => return self.failed(&format!("there is no file {path} to be patched")),
            Err(message) => return self.failed(&format!("the file could not be read: {message}")),
        };
        let misfit = match patch::apply(&text, hunks) {
            Ok(new) => {
                return match self.machine.rewrite(path, &new) {
                    Ok(()) => Done::of(Evaluation::passed()),
                    Err(message) => self.failed(&format!("the file could not be written: {message}")),
                };
            }
            Err(misfit) => misfit,
        };
        let reason = self.redactor.text(&format!("the patch does not fit {path}: {}", misfit.reason));
        let diff = self.redactor.text(&misfit.diff);
        Done::of(Evaluation::misfit(&reason, diff, misfit.line))
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

    /// A block that can't be carried out, at the line `at` of the page.
    pub(super) fn refused(&self, refusal: &Refusal, at: Option<usize>) -> Done {
        let help = refusal.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        let reason = self.redactor.message(&format!("{}{help}", refusal.message));
        Done::of(Evaluation { at, ..Evaluation::failed(&reason) })
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
    /// What it made, of a certificate block.
    pub(super) certificates: Vec<Certificate>,
}

impl Done {
    pub(super) fn of(evaluation: Evaluation) -> Self {
        Self {
            evaluation,
            streams: Default::default(),
            truncated: false,
            seconds: 0.0,
            certificates: Vec::new(),
        }
    }

    pub(super) fn of_streams(evaluation: Evaluation, compared: [Compared; 2]) -> Self {
        let truncated = compared.iter().any(|stream| stream.truncated);
        Self { streams: compared.map(|stream| stream.text), truncated, ..Self::of(evaluation) }
    }
}
