//! What a page says about itself.

use std::{path::PathBuf, time::Duration};

use regex::Regex;

use crate::{
    platform::Platform,
    source::{Span, Spanned},
};

/// The longest that a step may take where its page says nothing.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

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
    /// Words in whose place a run puts free ports.
    pub ports: Vec<Port>,
    /// Variables of a run.
    pub env: Vec<(Spanned<String>, EnvValue)>,
    /// Files and directories that a run needs beside it.
    pub copy: Vec<FileRef>,
    /// Each step's time-out where it says none; `None`: see [`FrontMatter::step_timeout`].
    pub timeout: Option<Spanned<Duration>>,
    /// Tutorials whose steps run first, as the page names them.
    pub after: Vec<Spanned<String>>,
    /// The page's own rules for what varies in outputs.
    pub redact: Vec<RedactRule>,
    /// Another page that must have the same steps and come to the same in the end.
    pub counterpart: Option<FileRef>,
    /// What may differ between its platforms, and from its counterpart.
    pub parity: Vec<Exception>,
    /// Changes of it that nothing need catch, for `tutor mutants`.
    pub mutants: Vec<Mark>,
    /// Patterns of the files that the page describes, from the root.
    pub covers: Vec<Spanned<String>>,
}

impl FrontMatter {
    /// One that says nothing.
    #[must_use]
    pub fn empty(span: Span) -> Self {
        Self {
            span,
            title: None,
            platforms: Vec::new(),
            requires: Vec::new(),
            relocate: Vec::new(),
            placeholders: Vec::new(),
            secrets: Vec::new(),
            ports: Vec::new(),
            env: Vec::new(),
            copy: Vec::new(),
            timeout: None,
            after: Vec::new(),
            redact: Vec::new(),
            counterpart: None,
            parity: Vec::new(),
            mutants: Vec::new(),
            covers: Vec::new(),
        }
    }

    /// Each step's time-out where it says none. Default 60 s.
    #[must_use]
    pub fn step_timeout(&self) -> Duration {
        self.timeout.as_ref().map_or(DEFAULT_TIMEOUT, |limit| limit.value)
    }
}

/// A program that must be there.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Its name on `PATH`.
    pub program: Spanned<String>,
    /// The least version that will do: numbers with full stops between them.
    pub min: Option<Spanned<String>>,
    /// The command that prints its version; `None`: the program is asked in the way that it is known to answer.
    pub run: Option<Spanned<String>>,
    /// What finds the version in what that command prints: its first group, or all of it where it has none.
    pub pattern: Option<Regex>,
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

/// A word in whose place a run puts a free port, and the port that pages, outputs and recordings show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// The word as the page shows it: `<mongo-port>`.
    pub name: Spanned<String>,
    /// The port that is shown.
    pub number: Spanned<u16>,
}

/// The value of a variable under `env`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvValue {
    /// This text.
    Text(Spanned<String>),
    /// The value of this variable of the caller.
    Env(Spanned<String>),
}

/// Another file that the front matter names, which is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRef {
    /// As the page names it, from its own directory.
    pub written: Spanned<String>,
    /// Where it lies.
    pub path: PathBuf,
}

/// What may differ between two platforms, or between a page and its counterpart, and why.
#[derive(Clone, Debug)]
pub struct Exception {
    /// What it is about.
    pub of: ExceptionOf,
    /// Settings, lines or fields that may differ; empty: all of it, and whether it is there at all.
    pub only: Vec<Spanned<String>>,
    /// Why.
    pub reason: String,
}

/// What an exception is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExceptionOf {
    /// Files: a name or a path, in which `*` stands for any part of a name.
    File(Spanned<String>),
    /// Steps: an id, in which `*` stands for any part of it. They may be there on one side only.
    Step(Spanned<String>),
    /// Certificates: the id of a table in a certificate block, in which `*` stands for any part of it.
    Certificate(Spanned<String>),
}

/// Changes of a step that make no difference, and why.
#[derive(Clone, Debug)]
pub struct Mark {
    /// The step: an id.
    pub step: Spanned<String>,
    /// The kind of change: `digit-changed`; `None`: any.
    pub operator: Option<Spanned<String>>,
    /// What is changed: text that stands there before, or `None` for any.
    pub change: Option<Spanned<String>>,
    /// Why.
    pub reason: String,
}

impl Mark {
    /// The kinds of changes that a mark can name.
    pub const OPERATORS: [&str; 14] = [
        "step-removed",
        "steps-swapped",
        "line-removed",
        "continuation-lost",
        "flag-renamed",
        "flag-dropped",
        "digit-changed",
        "path-changed",
        "output-removed",
        "output-changed",
        "answer-changed",
        "file-line-removed",
        "file-line-changed",
        "recording-changed",
    ];
}

impl Exception {
    /// Where it stands.
    #[must_use]
    pub fn span(&self) -> Span {
        match &self.of {
            ExceptionOf::File(name) | ExceptionOf::Step(name) | ExceptionOf::Certificate(name) => name.span,
        }
    }
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
