//! Transcripts: one command after another in one session, each held against the lines that stand under it.

use std::{
    fmt::Write,
    time::{Duration, Instant},
};

use super::{
    attempt::{Ending, Job},
    evaluate::{self, Evaluation},
    output::Output,
    rewriting,
    stage::{Done, Stage},
};
use crate::{
    document::{ExitRule, OutputStream},
    outcome::{Rewrite, State},
    plan::{AnswerLine, Expected, Step, TranscriptAction, TranscriptCommand},
    redact::Redactor,
    verdict::Compared,
};

/// What the commands of a transcript have come to so far.
struct Told<'s> {
    step: &'s Step,
    action: &'s TranscriptAction,
    redactor: &'s Redactor,
    /// What a terminal would show: commands and outputs.
    text: String,
    truncated: bool,
    /// Of the commands whose output differs: expected, and expected against actual.
    expected: String,
    diff: String,
    /// The first of them, and the first line that did not come.
    drifted: Option<(String, usize)>,
    /// What the page would have to say.
    rewrite: Option<Rewrite>,
}

/// Runs the commands of `step`, all within its time-out. It ends at the first whose status is not the expected one; an
/// output that differs ends nothing.
pub(super) fn run<'s>(stage: &mut Stage<'s, '_>, step: &'s Step, action: &'s TranscriptAction) -> Done {
    let begun = Instant::now();
    let mut told = Told {
        step,
        action,
        redactor: stage.redactor,
        text: String::new(),
        truncated: false,
        expected: String::new(),
        diff: String::new(),
        drifted: None,
        rewrite: None,
    };
    let mut answers = action.answers.as_deref();
    let mut status = 0;
    for (index, command) in action.commands.iter().enumerate() {
        let expected = Expected::Output {
            stream: OutputStream::Both,
            lines: command.lines.clone(),
            places: command.places.clone(),
            fence: command.line,
            written: None,
            file: None,
        };
        let job = Job {
            shell: action.shell,
            text: &command.text,
            merged: true,
            tty: action.tty,
            answers,
            timeout: step.timeout.saturating_sub(begun.elapsed()).max(Duration::from_millis(1)),
            careful: false,
        };
        let mut output = Output::new(stage.redactor, &expected, None);
        let ended = stage.machine.run(&job, &mut |_, bytes| output.push(0, bytes), &mut || {}, &|_| None);
        let prompt = output.ends_in_prompt();
        let [compared, _] = output.finish();
        let (ending, unused) = match ended {
            Ok(ended) => (ended.ending, ended.unused),
            Err(error) => (Ending::Broken(format!("the session broke: {error}")), None),
        };
        told.take(command, &compared);
        let last = index + 1 == action.commands.len();
        status = match told.status(command, &ending, last) {
            Ok(status) => status,
            Err(mut failed) => {
                if let (true, Some(reason)) = (prompt, &mut failed.reason) {
                    let exit = if last { action.exit } else { ExitRule::Is(0) };
                    reason.push_str(evaluate::unanswered(&ending, exit, answers.is_some(), action.tty));
                }
                return told.failed(*failed);
            }
        };
        told.hold(command, compared);
        answers = answers.map(|all| rest(all, unused));
    }
    told.finish(status, answers.and_then(|left| left.first()))
}

/// The answers from the first that was not asked for on.
fn rest<'a>(answers: &'a [AnswerLine], unused: Option<&AnswerLine>) -> &'a [AnswerLine] {
    let at = unused.and_then(|unused| answers.iter().position(|answer| std::ptr::eq(answer, unused)));
    &answers[at.unwrap_or(answers.len())..]
}

impl Told<'_> {
    /// Notes what a command printed.
    fn take(&mut self, command: &TranscriptCommand, compared: &Compared) {
        for (index, line) in self.redactor.secrets(&command.text).lines().enumerate() {
            let _ = writeln!(self.text, "{} {line}", if index == 0 { "$" } else { ">" });
        }
        self.text.push_str(&compared.text);
        self.truncated |= compared.truncated;
    }

    /// The command's exit status, where it is the expected one.
    fn status(
        &self,
        command: &TranscriptCommand,
        ending: &Ending,
        last: bool,
    ) -> Result<i32, Box<Evaluation>> {
        let name = self.name(command);
        let status = evaluate::failure(ending, self.step.timeout, self.action.answers.is_some());
        let status = status.map_err(|failed| {
            let reason = failed.reason.unwrap_or_default();
            let reason = Some(self.redactor.secrets(&format!("{name}: {reason}")));
            Box::new(Evaluation { reason, at: failed.at.or(Some(command.line)), ..failed })
        })?;
        let wanted = if last { self.action.exit } else { ExitRule::Is(0) };
        if wanted.accepts(status) {
            return Ok(status);
        }
        let reason = format!("{name} ended with exit status {status}, expected {}", evaluate::rule(wanted));
        Err(Box::new(Evaluation {
            at: Some(command.line),
            exit: Some(status),
            ..Evaluation::failed(&reason)
        }))
    }

    /// Notes where the output is not what the page shows.
    fn hold(&mut self, command: &TranscriptCommand, compared: Compared) {
        if compared.matches {
            return;
        }
        let so_far = self.rewrite.take();
        self.rewrite = Some(rewriting::of_command(so_far, self.step, command, &compared, self.redactor));
        let missed = compared.missed.and_then(|index| command.places.get(index).copied());
        let name = self.name(command);
        let first = self.redactor.secrets(command.text.lines().next().unwrap_or_default());
        let _ = write!(self.diff, "@@ $ {first} @@\n{}", compared.diff.unwrap_or_default());
        let _ = writeln!(self.expected, "$ {first}");
        for line in &command.lines {
            let _ = writeln!(self.expected, "{}", self.redactor.secrets(line));
        }
        self.drifted.get_or_insert((name, missed.unwrap_or(command.line)));
    }

    /// All commands have run.
    fn finish(self, status: i32, unused: Option<&AnswerLine>) -> Done {
        if let Some(unused) = unused {
            let reason = self.redactor.secrets(&format!("the answer `{}` was never asked for", unused.text));
            let (exit, at) = (Some(status), Some(unused.line));
            return self.done(Evaluation { exit, at, ..Evaluation::failed(&reason) });
        }
        let Some((name, at)) = self.drifted.clone() else {
            return self.done(Evaluation { exit: Some(status), ..Evaluation::passed() });
        };
        let evaluation = Evaluation {
            state: State::Drifted,
            exit: Some(status),
            reason: Some(format!("the output of {name} is not what the page shows")),
            expected: Some(evaluate::bounded(&self.expected)),
            diff: Some(self.diff.clone()),
            at: Some(at),
            rewrite: self.rewrite.clone().map(Box::new),
        };
        self.done(evaluation)
    }

    /// A command went wrong; what differed before is shown as well.
    fn failed(self, evaluation: Evaluation) -> Done {
        let (expected, diff) = (self.expected.clone(), self.diff.clone());
        let differed = !diff.is_empty();
        self.done(Evaluation {
            expected: differed.then_some(expected),
            diff: differed.then_some(diff),
            ..evaluation
        })
    }

    fn done(self, evaluation: Evaluation) -> Done {
        Done { streams: [self.text, String::new()], truncated: self.truncated, ..Done::of(evaluation) }
    }

    /// A command in a reason: its first line.
    fn name(&self, command: &TranscriptCommand) -> String {
        let text = self.redactor.secrets(&command.text);
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        if lines.next().is_some() { format!("`{first} …`") } else { format!("`{first}`") }
    }
}
