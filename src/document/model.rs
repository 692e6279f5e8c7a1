//! The types of a parsed tutorial. Every name carries the place it was written at.

use std::time::Duration;

use regex::Regex;

use super::StepId;
use crate::{
    platform::{Platform, Shell},
    source::{Fragments, SourceId, Span, Spanned},
};

/// One page.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its text.
    pub source: SourceId,
    /// What its front matter says.
    pub front: FrontMatter,
    /// Its blocks that are ours, in the page's order. `.output` and `.answers` are in their steps.
    pub blocks: Vec<Block>,
}

/// The front matter's `tutor` key (and the page's title).
#[derive(Clone, Debug)]
pub struct FrontMatter {
    /// Where the word `tutor` stands.
    pub span: Span,
    /// The page's `title`.
    pub title: Option<String>,
    /// The platforms, in the page's order; empty: any.
    pub platforms: Vec<Spanned<Platform>>,
    /// Programs that the whole page needs.
    pub requires: Vec<Requirement>,
    /// Directories that a trial run must not touch.
    pub relocate: Vec<Spanned<String>>,
    /// What the page shows, and what a run puts there.
    pub placeholders: Vec<Placeholder>,
    /// Names of placeholders whose value is never shown.
    pub secrets: Vec<Spanned<String>>,
    /// Variables of a run.
    pub env: Vec<(Spanned<String>, EnvValue)>,
    /// Each step's time-out where it says none. Default 60 s.
    pub timeout: Duration,
    /// The page's own rules for what varies in outputs.
    pub redact: Vec<RedactRule>,
}

/// A program that must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Its name on `PATH`.
    pub program: Spanned<String>,
}

/// A word that a reader replaces by hand, and a run by itself.
#[derive(Clone, Debug)]
pub struct Placeholder {
    /// The word as the page shows it: `<username>`.
    pub name: Spanned<String>,
    /// What a run puts there.
    pub value: PlaceholderValue,
}

/// What stands in for a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaceholderValue {
    /// This text.
    Text(Spanned<String>),
    /// The value of this variable of the caller.
    Env(Spanned<String>),
}

/// The value of a variable under `env`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvValue {
    /// This text.
    Text(Spanned<String>),
    /// The value of this variable of the caller.
    Env(Spanned<String>),
}

/// A rule for what varies in outputs.
#[derive(Clone, Debug)]
pub struct RedactRule {
    /// What varies.
    pub pattern: Regex,
    /// Its name in recordings (`$1` and `${name}` refer to the pattern's groups).
    pub with: String,
    /// Where the pattern stands.
    pub span: Span,
}

/// A fenced block of ours.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its id; only a skipped block may have none.
    pub id: Option<Spanned<StepId>>,
    /// The opening fence's line.
    pub fence: Span,
    /// What stands between the fences.
    pub text: Fragments,
    /// What it does.
    pub kind: BlockKind,
    /// Programs that this step needs.
    pub requires: Vec<Spanned<String>>,
    /// Steps that must have run.
    pub needs: Vec<Spanned<StepId>>,
    /// Its own time-out.
    pub timeout: Option<Duration>,
    /// Whether and how it is tried again.
    pub retry: Retry,
}

/// What a block does.
#[derive(Clone, Debug)]
pub enum BlockKind {
    /// Runs in the session's shell.
    Shell(ShellStep),
    /// Runs at the end, whatever happened.
    Cleanup(Shell),
    /// Writes its text to a file.
    File {
        /// Where to.
        path: Spanned<String>,
        /// The file's permission bits.
        mode: u32,
    },
    /// Claims that a directory holds exactly these names.
    Files {
        /// The directory.
        dir: Spanned<String>,
    },
    /// Never runs, and says why.
    Skip {
        /// The author's reason.
        reason: String,
    },
}

/// A step that runs in a shell.
#[derive(Clone, Debug)]
pub struct ShellStep {
    /// Which shell.
    pub shell: Shell,
    /// The exit status that is expected.
    pub exit: ExitRule,
    /// What its output is held against.
    pub expect: Expect,
    /// What is typed at its prompts.
    pub answers: Option<Answers>,
}

/// What a step's output is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The page's own `.output` block.
    Output(Output),
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
    /// The expected text, wildcards and all.
    pub text: Fragments,
}

/// An `.answers` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    /// Its opening fence's line.
    pub fence: Span,
    /// Prompts and answers, a line each.
    pub text: Fragments,
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
