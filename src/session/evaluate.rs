//! From how a step ended and what it wrote to its state and the reason for it. Pure.

use std::{fmt::Write, time::Duration};

use super::{Cancel, attempt::Ending, cancel::INTERRUPTED, settings::Recorded};
use crate::{
    document::{ExitRule, OutputStream, Streams},
    outcome::{Rewrite, State},
    plan::{AnswerLine, Expected, ShellAction},
    verdict::{Compared, Expectation},
};

/// The longest expected text that an event carries, in bytes.
const MOST_EXPECTED: usize = 64 * 1024;

/// The exit status that shells give a program ended by SIGXFSZ, 25 on Linux and macOS.
const FILE_TOO_LONG: i32 = 128 + 25;

/// What a step's outcome says beyond its streams.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Evaluation {
    pub(super) state: State,
    pub(super) exit: Option<i32>,
    pub(super) reason: Option<String>,
    pub(super) expected: Option<String>,
    pub(super) diff: Option<String>,
    pub(super) at: Option<usize>,
    /// What the page would have to say, of a step that drifted from it.
    pub(super) rewrite: Option<Box<Rewrite>>,
}

impl Evaluation {
    /// A step that was ended since something went wrong elsewhere has not failed itself.
    pub(super) fn spare(&mut self, cancel: &Cancel) {
        let why = cancel.reason();
        if cancel.level() > 0 && why != INTERRUPTED && self.reason.as_deref() == Some(INTERRUPTED) {
            self.state = State::NotRun;
            self.reason = Some(why.to_owned());
        }
    }

    fn new(state: State, exit: Option<i32>, reason: Option<String>) -> Self {
        Self { state, exit, reason, expected: None, diff: None, at: None, rewrite: None }
    }

    /// A step without an exit status that did what it says.
    pub(super) fn passed() -> Self {
        Self::new(State::Passed, None, None)
    }

    /// A step without an exit status that could not be done.
    pub(super) fn failed(reason: &str) -> Self {
        Self::new(State::Failed, None, Some(reason.to_owned()))
    }

    /// A step that does not run.
    pub(super) fn passed_over(state: State, reason: &str) -> Self {
        Self::new(state, None, Some(reason.to_owned()))
    }

    /// A patch that does not fit: what it says that stands there against what does, and the line of the page.
    pub(super) fn misfit(reason: &str, diff: String, at: usize) -> Self {
        Self { diff: Some(diff), at: Some(at), ..Self::failed(reason) }
    }

    /// A list that does not hold.
    pub(super) fn drifted(reason: &str, expected: String, diff: String, at: Option<usize>) -> Self {
        Self {
            expected: Some(expected),
            diff: Some(diff),
            at,
            ..Self::new(State::Drifted, None, Some(reason.to_owned()))
        }
    }
}

/// A cleanup step that ended with this exit status.
pub(super) fn of_cleanup(status: i32) -> Evaluation {
    if status == 0 {
        Evaluation::new(State::Passed, Some(0), None)
    } else {
        Evaluation::new(State::Failed, Some(status), Some(format!("exit status {status}, expected 0")))
    }
}

/// What each stream (standard output, standard error) is held against. A stream that is to be recorded and is not in
/// the recording counts as empty there: were anything right, a recording that lost its end would pass for ever.
pub(super) fn expectations(expected: &Expected, recorded: Option<&Recorded>) -> [Expectation; 2] {
    let literal = |wanted: bool, text: &Option<String>| {
        if wanted { Expectation::Recorded(text.clone().unwrap_or_default()) } else { Expectation::Anything }
    };
    match (expected, recorded) {
        (Expected::Output { lines, stream: OutputStream::Stderr, .. }, _) => {
            [Expectation::Anything, Expectation::Page(lines.clone())]
        }
        (Expected::Output { lines, .. }, _) => [Expectation::Page(lines.clone()), Expectation::Anything],
        (Expected::Recording(streams), Some(recorded)) => [
            literal(*streams != Streams::Stderr, &recorded.stdout),
            literal(*streams != Streams::Stdout, &recorded.stderr),
        ],
        (Expected::Recording(_), None) | (Expected::Nothing, _) => {
            [Expectation::Anything, Expectation::Anything]
        }
    }
}

/// The state of an attempt at a shell step.
pub(super) fn evaluate(
    action: &ShellAction,
    ending: &Ending,
    unused: Option<&AnswerLine>,
    compared: &[Compared; 2],
    recorded: Option<&Recorded>,
    timeout: Duration,
) -> Evaluation {
    let status = match failure(ending, timeout, action.answers.is_some()) {
        Ok(status) => status,
        Err(failed) => return failed,
    };
    if !action.exit.accepts(status) {
        let mut reason = format!("exit status {status}, expected {}", rule(action.exit));
        if status == FILE_TOO_LONG {
            reason.push_str("; that is the signal for a file that grew too long (`--limit disk=` bounds it)");
        }
        if let Some(unused) = unused {
            let _ =
                write!(reason, "; the answer `{}` (line {}) was never asked for", unused.text, unused.line);
        }
        return Evaluation::new(State::Failed, Some(status), Some(reason));
    }
    if let Some(unused) = unused {
        let reason = format!("the answer `{}` was never asked for", unused.text);
        return Evaluation {
            at: Some(unused.line),
            ..Evaluation::new(State::Failed, Some(status), Some(reason))
        };
    }
    if compared.iter().all(|stream| stream.matches) && !other_exit(action, status, recorded) {
        let new = matches!(action.expected, Expected::Recording(_)) && recorded.is_none();
        return if new {
            Evaluation::new(State::New, Some(status), Some("nothing is recorded yet".into()))
        } else {
            Evaluation::new(State::Passed, Some(status), None)
        };
    }
    drifted(action, status, compared, recorded)
}

/// The state of a step that wrote a receipt.
pub(super) fn of_receipt(
    expected: &Expected,
    compared: &[Compared; 2],
    recorded: Option<&Recorded>,
) -> Evaluation {
    let [receipt, _] = compared;
    match recorded {
        None if matches!(expected, Expected::Recording(_)) => {
            Evaluation::new(State::New, None, Some("nothing is recorded yet".into()))
        }
        Some(recorded) if !receipt.matches => Evaluation {
            expected: Some(bounded(recorded.stdout.as_deref().unwrap_or_default())),
            diff: receipt.diff.clone(),
            ..Evaluation::new(State::Drifted, None, Some("the receipt is not as recorded".into()))
        },
        _ => Evaluation::passed(),
    }
}

/// Whether another exit status was recorded. Where the author leaves it open (`any`, `nonzero`), it says nothing.
fn other_exit(action: &ShellAction, status: i32, recorded: Option<&Recorded>) -> bool {
    matches!((&action.expected, action.exit), (Expected::Recording(_), ExitRule::Is(_)))
        && recorded.is_some_and(|recorded| recorded.exit != Some(status))
}

fn drifted(
    action: &ShellAction,
    status: i32,
    compared: &[Compared; 2],
    recorded: Option<&Recorded>,
) -> Evaluation {
    if let Expected::Output { stream, lines, places, fence, .. } = &action.expected {
        let (compared, name) = match stream {
            OutputStream::Both => (&compared[0], "the output"),
            OutputStream::Stdout => (&compared[0], "stdout"),
            OutputStream::Stderr => (&compared[1], "stderr"),
        };
        let at = compared.missed.and_then(|index| places.get(index).copied()).unwrap_or(*fence);
        let reason = format!("{name} is not what the page shows");
        return Evaluation {
            expected: Some(bounded(&lines.join("\n"))),
            diff: compared.diff.clone(),
            at: Some(at),
            ..Evaluation::new(State::Drifted, Some(status), Some(reason))
        };
    }
    let names = ["stdout", "stderr"];
    let texts =
        recorded.map(|recorded| [recorded.stdout.as_deref(), recorded.stderr.as_deref()]).unwrap_or_default();
    let (mut expected, mut diff, mut which) = (String::new(), String::new(), Vec::new());
    if other_exit(action, status, recorded) {
        which.push("exit status");
        diff += "@@ exit status @@\n";
        if let Some(exit) = recorded.and_then(|recorded| recorded.exit) {
            let _ = writeln!(diff, "-{exit}");
            let _ = writeln!(expected, "exit {exit}");
        }
        let _ = writeln!(diff, "+{status}");
    }
    for (index, stream) in compared.iter().enumerate().filter(|(_, stream)| !stream.matches) {
        which.push(names[index]);
        let _ = write!(diff, "@@ {} @@\n{}", names[index], stream.diff.as_deref().unwrap_or_default());
        expected += texts[index].unwrap_or_default();
    }
    Evaluation {
        expected: Some(bounded(&expected)),
        diff: Some(diff),
        ..Evaluation::new(
            State::Drifted,
            Some(status),
            Some(format!("{} is not as recorded", which.join(" and "))),
        )
    }
}

/// The exit status, or the failure that comes before any comparison.
pub(super) fn failure(ending: &Ending, timeout: Duration, has_answers: bool) -> Result<i32, Evaluation> {
    let mut at = None;
    let reason = match ending {
        Ending::Exited(status) => return Ok(*status),
        Ending::Killed(signal) => format!("its shell was ended by signal {signal}{}", name_of(*signal)),
        Ending::TimedOut => format!("timed out after {}", duration(timeout)),
        Ending::Asked(asked) => {
            at = asked.expected.as_ref().map(|(_, line)| *line);
            asked.reason(has_answers)
        }
        Ending::Over(reason) => reason.clone(),
        Ending::Interrupted => INTERRUPTED.to_owned(),
        Ending::Broken(message) => message.clone(),
    };
    Err(Evaluation { at, ..Evaluation::new(State::Failed, None, Some(reason)) })
}

/// What to try where a step without answers `ended` so, behind a line that looks like a prompt: a program that asks finds
/// the end of its input, and few of them say so.
pub(super) fn unanswered(ending: &Ending, exit: ExitRule, answers: bool, tty: bool) -> &'static str {
    match ending {
        Ending::Exited(status) if *status != 0 && !exit.accepts(*status) && !answers && !tty => {
            "; it may have asked: an `.answers` block gives what the reader types"
        }
        _ => "",
    }
}

pub(super) fn rule(rule: ExitRule) -> String {
    match rule {
        ExitRule::Is(status) => status.to_string(),
        ExitRule::Nonzero => "any but 0".into(),
        ExitRule::Any => "any".into(),
    }
}

/// `500ms`, `30s`, `2m`: as an author writes it.
pub(super) fn duration(time: Duration) -> String {
    let millis = time.as_millis();
    match (millis % 60_000, millis % 1000) {
        (0, _) if millis > 0 => format!("{}m", millis / 60_000),
        (_, 0) => format!("{}s", millis / 1000),
        _ => format!("{millis}ms"),
    }
}

/// The name of a signal that ends a shell in practice (the numbers are the same on Linux and macOS).
pub(super) fn name_of(signal: i32) -> &'static str {
    match signal {
        1 => " (HUP)",
        2 => " (INT)",
        3 => " (QUIT)",
        6 => " (ABRT)",
        9 => " (KILL)",
        11 => " (SEGV)",
        13 => " (PIPE)",
        14 => " (ALRM)",
        15 => " (TERM)",
        _ => "",
    }
}

pub(super) fn bounded(text: &str) -> String {
    let mut end = text.len().min(MOST_EXPECTED);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}
