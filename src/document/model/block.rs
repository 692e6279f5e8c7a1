//! A fenced block of ours, and what it does.

use std::time::Duration;

use super::{Expect, Patch, Retry, Runs, Service, ShellStep, Transcript};
use crate::{
    document::StepId,
    platform::Shell,
    source::{Fragments, SourceId, Span, Spanned},
};

/// A fenced block of ours.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its id; only a skipped block may have none.
    pub id: Option<Spanned<StepId>>,
    /// The opening fence's line.
    pub fence: Span,
    /// All of it.
    pub extent: Extent,
    /// What stands between the fences.
    pub text: Fragments,
    /// What it does.
    pub kind: BlockKind,
    /// The page's runs that it is part of.
    pub runs: Runs,
    /// The included tutorial that it stands in: its recordings lie by that one. `None`: the page itself.
    pub tutorial: Option<SourceId>,
    /// Whether a tab or `platform=` of its tutorial says where it is part of that: then its recordings lie by platform.
    pub placed: bool,
    /// Whether readers of the page do not see it: it stands in a comment.
    pub hidden: bool,
    /// Programs that this step needs.
    pub requires: Vec<Spanned<String>>,
    /// Steps that must have run.
    pub needs: Vec<Need>,
    /// Services that end before it runs.
    pub stops: Vec<Need>,
    /// Its own time-out.
    pub timeout: Option<Duration>,
    /// Whether and how it is tried again.
    pub retry: Retry,
}

/// All that a block takes up on its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Its fences and what stands between them, and the comment with its attributes above them.
    pub span: Span,
    /// The comment that hides it from readers, all of it, where one does.
    pub hidden: Option<Span>,
}

/// A step that another one names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The `after` document that has it; `None`: the page itself.
    pub document: Option<SourceId>,
    /// Its id there, and where it is named.
    pub id: Spanned<StepId>,
}

/// What a block does.
#[derive(Clone, Debug)]
pub enum BlockKind {
    /// Runs in the session's shell.
    Shell(ShellStep),
    /// Commands with what each prints, run in the session's shell.
    Transcript(Transcript),
    /// Runs at the end, whatever happened.
    Cleanup(Runner),
    /// Writes its text to a file.
    File {
        /// Where to.
        path: Spanned<String>,
        /// The file's permission bits; `None`: 0644, or as they are where it adds to a file.
        mode: Option<u32>,
        /// Whether it adds to what is there.
        append: bool,
        /// The block's language, which says how the text is to be read; empty where it names none.
        format: String,
    },
    /// Changes a file.
    Patch {
        /// Which.
        path: Spanned<String>,
        /// How.
        patch: Patch,
    },
    /// Claims that a directory holds exactly these names.
    Files {
        /// The directory.
        dir: Spanned<String>,
    },
    /// Makes keys and certificates. Its text is kept as it is.
    Certificate {
        /// Whether its receipt is recorded.
        expect: Expect,
    },
    /// Starts, and keeps running until the end.
    Service(Service),
    /// Connects, and reports what it saw. Its text is kept as it is.
    Probe {
        /// Whether its receipt is recorded.
        expect: Expect,
    },
    /// Never runs, and says why.
    Skip {
        /// The author's reason.
        reason: String,
    },
}

/// What runs a block's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runner {
    /// The shell in whose session it runs.
    pub shell: Shell,
    /// The program that the text is for, where that is not the shell itself.
    pub interpreter: Option<Interpreter>,
}

/// A program that runs texts of another language than a shell's, as the root's settings give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// The language: `python`.
    pub language: String,
    /// The command, in which `{file}` stands for the path of a file with the text: `python3 {file}`.
    pub command: String,
}

impl Runner {
    /// The shell itself.
    #[must_use]
    pub fn shell(shell: Shell) -> Self {
        Self { shell, interpreter: None }
    }
}
