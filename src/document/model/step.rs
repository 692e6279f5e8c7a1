//! Steps that run in a shell, and what their outputs are held against.

use std::time::Duration;

use super::{Extent, Runner, Runs};
use crate::{
    platform::Shell,
    source::{Fragments, Span},
};

/// A step that runs in a shell.
#[derive(Clone, Debug)]
pub struct ShellStep {
    /// What runs it.
    pub runner: Runner,
    /// The exit status that is expected.
    pub exit: ExitRule,
    /// What is recorded where the page shows no output.
    pub expect: Expect,
    /// The page's own `.output` blocks: at most one for each run.
    pub outputs: Vec<Output>,
    /// What is typed at its prompts: at most one for each run.
    pub answers: Vec<Answers>,
    /// Whether its input and output are a terminal.
    pub tty: bool,
}

/// Commands with what each prints.
#[derive(Clone, Debug)]
pub struct Transcript {
    /// Which shell.
    pub shell: Shell,
    /// The exit status that is expected of the last command, the others' being 0.
    pub exit: ExitRule,
    /// The commands, in order; never none.
    pub commands: Vec<Command>,
    /// What is typed at their prompts: at most one for each run.
    pub answers: Vec<Answers>,
    /// Whether its input and output are a terminal.
    pub tty: bool,
}

/// One command of a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The command without its prompts.
    pub text: Fragments,
    /// What it prints, wildcards and all.
    pub output: Fragments,
}

/// What a step's output is held against where the page itself shows none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// A recording under `snapshots/`.
    Recording(Streams),
    /// Nothing: `snapshot=none`.
    Nothing,
}

/// An `.output` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its opening fence's line.
    pub fence: Span,
    /// All of it.
    pub extent: Extent,
    /// The expected text, wildcards and all.
    pub text: Fragments,
    /// The stream that it shows.
    pub stream: OutputStream,
    /// The runs in which it is this step's.
    pub runs: Runs,
}

/// The stream that an `.output` block shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputStream {
    /// Both, in the order that a terminal shows.
    Both,
    /// Standard output alone.
    Stdout,
    /// Standard error alone.
    Stderr,
}

/// An `.answers` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    /// Its opening fence's line.
    pub fence: Span,
    /// All of it.
    pub extent: Extent,
    /// Prompts and answers, a line each.
    pub text: Fragments,
    /// The runs in which they are this step's.
    pub runs: Runs,
}

/// Which streams are recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Streams {
    /// Both.
    All,
    /// Standard output alone.
    Stdout,
    /// Standard error alone.
    Stderr,
}

/// The exit status that a step must end with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitRule {
    /// This one.
    Is(i32),
    /// Any but 0.
    Nonzero,
    /// Any at all.
    Any,
}

impl ExitRule {
    /// Whether `status` is what was expected.
    #[must_use]
    pub fn accepts(self, status: i32) -> bool {
        match self {
            Self::Is(expected) => status == expected,
            Self::Nonzero => status != 0,
            Self::Any => true,
        }
    }
}

/// How often and how soon a step is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Attempts after the first; 0: none.
    pub times: u32,
    /// The pause before each of them. Default 1 s.
    pub every: Duration,
}

impl Retry {
    /// Only one attempt.
    pub const NONE: Self = Self { times: 0, every: Duration::from_secs(1) };
}
