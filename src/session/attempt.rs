//! One attempt at a step, as every executor sees it: what is to run, and how it ended.

use std::time::Duration;

use super::interpreter;
use crate::{
    document::{ExitRule, OutputStream},
    plan::{Action, AnswerLine, Expected, ShellAction, Step},
    platform::Shell,
};

/// What is to run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job<'t, 'a> {
    /// In which shell.
    pub(super) shell: Shell,
    /// The commands, after placeholders and relocation.
    pub(super) text: &'t str,
    /// Whether both streams are read as one, in the order that a terminal shows.
    pub(super) merged: bool,
    /// Whether its input and output are the terminal itself.
    pub(super) tty: bool,
    /// What is typed at prompts.
    pub(super) answers: Option<&'a [AnswerLine]>,
    /// The longest that it may take.
    pub(super) timeout: Duration,
    /// Whether an unset variable is an error where the session had to be started afresh (cleanup).
    pub(super) careful: bool,
}

impl<'t, 'a> Job<'t, 'a> {
    /// What is to be run for a shell step: `text` in its shell.
    pub(super) fn of(step: &'a Step, action: &'a ShellAction, text: &'t str) -> Self {
        let both = matches!(action.expected, Expected::Output { stream: OutputStream::Both, .. });
        Self {
            shell: interpreter::shell(action.shell, action.interpreter.as_ref()),
            text,
            merged: action.tty || both,
            tty: action.tty,
            answers: action.answers.as_deref(),
            timeout: step.timeout,
            careful: false,
        }
    }
}

/// Whether a step runs for certain where the one before it has ended well, and ends the run where it has not itself.
pub(super) fn is_plain(step: &Step) -> bool {
    let Action::Shell(action) = &step.action else { return false };
    step.ruling.is_none()
        && step.needs.is_empty()
        && step.requires.is_empty()
        && step.stops.is_empty()
        && step.retry.times == 0
        && action.exit == ExitRule::Is(0)
        && action.answers.is_none()
        && action.interpreter.is_none()
        && !action.tty
}

/// What came of an attempt.
#[derive(Debug)]
pub(super) struct Attempt<'p> {
    pub(super) ending: Ending,
    /// The first answer that was never asked for.
    pub(super) unused: Option<&'p AnswerLine>,
}

/// Where bytes came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    /// Standard output; both streams where they are read as one.
    Stdout,
    /// Standard error.
    Stderr,
    /// Written to the terminal itself.
    Terminal,
}

/// Terminal text belongs to what the step said on standard error.
pub(super) fn stream_of(channel: Channel) -> usize {
    match channel {
        Channel::Stdout => 0,
        Channel::Stderr | Channel::Terminal => 1,
    }
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// With this exit status.
    Exited(i32),
    /// The shell itself was ended by this signal.
    #[cfg_attr(windows, expect(dead_code, reason = "there are no signals there"))]
    Killed(i32),
    /// The time was over.
    TimedOut,
    /// A question that the page does not answer, or not so.
    Asked(Asked),
    /// It went over a bound: which, in words.
    #[cfg_attr(windows, expect(dead_code, reason = "nothing is bounded there yet"))]
    Over(String),
    /// The run was interrupted.
    Interrupted,
    /// The session broke: the system's own words.
    Broken(String),
}

/// A question of a program that the page's answers do not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// What the program wrote before it waited; may be empty.
    pub(super) prompt: String,
    /// The answer line that was to come next, where there was one: its text and its line in the page.
    pub(super) expected: Option<(String, usize)>,
    /// Whether that line would fit if a prompt could end in a wildcard.
    pub(super) open_ended: bool,
}

impl Asked {
    /// In words, for a reason.
    pub(super) fn reason(&self, has_answers: bool) -> String {
        let asked = if self.prompt.is_empty() {
            "the step waits for input from the terminal".to_owned()
        } else {
            format!("the step asks `{}`", self.prompt)
        };
        match &self.expected {
            Some((expected, line)) => {
                let why = if self.open_ended { "; no prompt ends in `[..]`" } else { "" };
                format!("{asked}, and the answer that comes next is `{expected}` (line {line}){why}")
            }
            None if has_answers => format!("{asked}, and the page's answers are used up"),
            None => format!("{asked}, and the page has no `.answers` block for it"),
        }
    }
}
