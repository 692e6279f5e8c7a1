//! The types of a plan: everything that a session needs, and nothing that it does not.

use std::time::Duration;

use crate::{
    document::{ExitRule, RedactRule, Retry, StepId, Streams},
    platform::{Platform, Shell, System},
};

/// One run of one page.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The page, from the root, with `/`.
    pub document: String,
    /// The page's platform; `None` where it names none.
    pub platform: Option<Platform>,
    /// The machine's system.
    pub host: System,
    /// Programs without which nothing of this page runs.
    pub requires: Vec<String>,
    /// Directories that are the run's own.
    pub relocate: Vec<String>,
    /// Variables of the page, as it gives them: placeholders are not replaced there.
    pub env: Vec<(String, String)>,
    /// Values that are never shown.
    pub secrets: Vec<Secret>,
    /// The page's rules for what varies.
    pub redact: Vec<RedactRule>,
    /// The steps, in the page's order; cleanup steps among them, where they stand.
    pub steps: Vec<Step>,
}

/// A value that is never shown, and the word that stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// The placeholder.
    pub name: String,
    /// The value.
    pub value: String,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its id; `None` only for a skipped block.
    pub id: Option<StepId>,
    /// The file that defines it, from the root, with `/`.
    pub file: String,
    /// The line of its opening fence there, from 1.
    pub line: usize,
    /// What the page shows, before placeholders: the command that a report names.
    pub shown: String,
    /// What is done.
    pub action: Action,
    /// Programs that it needs.
    pub requires: Vec<String>,
    /// Steps that must have run.
    pub needs: Vec<StepId>,
    /// The longest that one attempt may take.
    pub timeout: Duration,
    /// Whether and how it is tried again.
    pub retry: Retry,
    /// Decided before the run: this step does not run, and why.
    pub ruling: Option<Ruling>,
}

/// Why a step does not run, known beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// By the author or a filter.
    Skipped(String),
    /// It cannot run here.
    Unverified(String),
}

/// What a step does. Texts are after placeholders, before relocation.
#[derive(Clone, Debug)]
pub enum Action {
    /// Runs in a shell.
    Shell(ShellAction),
    /// Runs in a shell at the end.
    Cleanup {
        /// Which shell.
        shell: Shell,
        /// The commands.
        text: String,
    },
    /// Writes a file.
    File {
        /// Where to.
        path: String,
        /// Permission bits.
        mode: u32,
        /// What.
        text: String,
    },
    /// Holds a directory's names against a list.
    Files {
        /// The directory.
        dir: String,
        /// The names that it must hold, in the page's order.
        names: Vec<String>,
        /// For each name its line in `file`, from 1.
        lines: Vec<usize>,
    },
    /// Nothing: the ruling says why.
    Skip,
}

/// A step that runs in a shell.
#[derive(Clone, Debug)]
pub struct ShellAction {
    /// Which shell.
    pub shell: Shell,
    /// The commands.
    pub text: String,
    /// The exit status that is expected.
    pub exit: ExitRule,
    /// What its output is held against.
    pub expected: Expected,
    /// What is typed at its prompts.
    pub answers: Option<Vec<AnswerLine>>,
}

/// What a step's output is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Text on the page, wildcards and all, after placeholders.
    Output {
        /// The lines.
        lines: Vec<String>,
        /// For each line its line in the step's file, from 1.
        places: Vec<usize>,
        /// The line of the block's opening fence, from 1.
        fence: usize,
    },
    /// A recording.
    Recording(Streams),
    /// Nothing.
    Nothing,
}

/// One line of an `.answers` block: a prompt and what is typed at it, not yet told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerLine {
    /// The line, after placeholders.
    pub text: String,
    /// Its line in the step's file, from 1.
    pub line: usize,
}
