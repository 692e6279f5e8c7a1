//! The types of a plan: everything that a session needs, and nothing that it does not.

use std::{path::PathBuf, sync::Arc, time::Duration};

use regex::Regex;

use super::Placeholders;
use crate::{
    document::{
        Change, ExitRule, Interpreter, OutputStream, Ready, RedactRule, Retry, StepId, Stop, Streams,
    },
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
    pub requires: Vec<Requirement>,
    /// Programs that the page's project has for where the machine has none of that name.
    pub provided: Vec<Provided>,
    /// Directories that are the run's own.
    pub relocate: Vec<String>,
    /// Variables of the page, as it gives them: placeholders are not replaced there.
    pub env: Vec<(String, String)>,
    /// The caller's variables that `env` asks for and that are not set: the run goes without them.
    pub unset: Vec<String>,
    /// Values that are never shown.
    pub secrets: Vec<Secret>,
    /// Ports of the run, and what stands for them in outputs and recordings.
    pub ports: Vec<Port>,
    /// What is copied into the scratch directory before the first step.
    pub copy: Vec<FileCopy>,
    /// The page's rules for what varies.
    pub redact: Vec<RedactRule>,
    /// The steps, those of tutorials that come before the page first, each file's in its order; cleanup steps among
    /// them, where they stand.
    pub steps: Vec<Step>,
}

/// A program that must be there.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Its name on `PATH`.
    pub program: String,
    /// The least version that will do: numbers with full stops between them.
    pub min: Option<String>,
    /// The command that prints its version; `None`: the program is asked in the way that it is known to answer.
    pub run: Option<String>,
    /// What finds the version in what that command prints: its first group, or all of it where it has none.
    pub pattern: Option<Regex>,
}

/// A program that a project has for where the machine has none of that name on its `PATH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provided {
    /// The name under which pages know it.
    pub program: String,
    /// Where it lies; it need not be there.
    pub path: PathBuf,
    /// Whether it is another program, which does what pages want of the one of that name. A run names those it uses.
    pub stands_in: bool,
}

/// A port that a run uses in the place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// The port that pages, outputs and recordings show.
    pub shown: u16,
    /// The port that the run uses.
    pub used: u16,
}

/// A file or directory that is copied into the scratch directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileCopy {
    /// Where it lies on the machine.
    pub from: PathBuf,
    /// Where it goes, from the scratch directory, with `/`.
    pub to: String,
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
    /// The tutorial that it belongs to, from the root, with `/`: the page, one that runs before it, or one that either
    /// includes. Recordings lie by it.
    pub tutorial: String,
    /// The file that it stands in, from the root, with `/`: the tutorial's own, or one that this includes.
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
    pub needs: Vec<StepRef>,
    /// Services that are stopped before it runs.
    pub stops: Vec<StepRef>,
    /// The platform that its recording lies under: the run's, where the step is not on all of the page's.
    pub placed: Option<Platform>,
    /// The rules for what varies of the tutorial that it belongs to, where that is one that runs before the page;
    /// `None`: the page's.
    pub redact: Option<Arc<[RedactRule]>>,
    /// The placeholders of that tutorial.
    pub placeholders: Arc<Placeholders>,
    /// The longest that one attempt may take.
    pub timeout: Duration,
    /// Whether and how it is tried again.
    pub retry: Retry,
    /// Decided before the run: this step does not run, and why.
    pub ruling: Option<Ruling>,
}

/// Another step of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepRef {
    /// Its index in the plan.
    pub index: usize,
    /// What its reader knows it by: `make-ca`, or `prerequisites#make-ca` where another tutorial has it.
    pub name: String,
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
    /// Commands with what each prints.
    Transcript(TranscriptAction),
    /// Runs in a shell at the end.
    Cleanup {
        /// Which shell.
        shell: Shell,
        /// The program that the text is for, where that is not the shell itself.
        interpreter: Option<Interpreter>,
        /// The commands.
        text: String,
    },
    /// Writes a file.
    File {
        /// Where to.
        path: String,
        /// Permission bits. `None`: 0644 for a file that it makes or writes anew, and for one that it adds to, as they are.
        mode: Option<u32>,
        /// Whether it adds to what is there.
        append: bool,
        /// What.
        text: String,
    },
    /// Changes a file.
    Patch {
        /// Which.
        path: String,
        /// How, in the block's order.
        hunks: Vec<Hunk>,
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
    /// Makes keys and certificates.
    Certificate {
        /// The block, after placeholders.
        text: String,
        /// For each line of this its line in the step's file, from 1.
        lines: Vec<usize>,
        /// What is recorded of its receipt.
        expected: Expected,
    },
    /// Starts, and keeps running until the end.
    Service(ServiceAction),
    /// Connects, and reports what it saw.
    Probe {
        /// The block, after placeholders.
        text: String,
        /// For each line of this its line in the step's file, from 1.
        lines: Vec<usize>,
        /// What is recorded.
        expected: Expected,
    },
    /// Nothing: the ruling says why.
    Skip,
}

impl Action {
    /// The shell in which it runs, and the program that its text is for where that is not the shell itself; `None` where
    /// no shell runs.
    #[must_use]
    pub fn runner(&self) -> Option<(Shell, Option<&Interpreter>)> {
        match self {
            Self::Shell(ShellAction { shell, interpreter, .. })
            | Self::Cleanup { shell, interpreter, .. }
            | Self::Service(ServiceAction { shell, interpreter, .. }) => Some((*shell, interpreter.as_ref())),
            Self::Transcript(TranscriptAction { shell, .. }) => Some((*shell, None)),
            _ => None,
        }
    }

    /// Whether a run on this machine looks for the programs of the machine: what Windows' interpreter runs are its own.
    #[must_use]
    pub fn runs_programs_of_host(&self) -> bool {
        cfg!(windows) || self.runner().is_none_or(|(shell, _)| !shell.is_cmd())
    }

    /// What its output or receipt is held against; `None` where it has none.
    #[must_use]
    pub fn expected(&self) -> Option<&Expected> {
        match self {
            Self::Shell(shell) => Some(&shell.expected),
            Self::Certificate { expected, .. } | Self::Probe { expected, .. } => Some(expected),
            _ => None,
        }
    }

    /// What is recorded of it; `None`: nothing.
    #[must_use]
    pub fn recorded(&self) -> Option<Streams> {
        match self.expected() {
            Some(Expected::Recording(streams)) => Some(*streams),
            _ => None,
        }
    }
}

/// A step that runs in a shell.
#[derive(Clone, Debug)]
pub struct ShellAction {
    /// Which shell.
    pub shell: Shell,
    /// The program that the text is for, where that is not the shell itself: the shell runs its command, with a file
    /// that holds the text.
    pub interpreter: Option<Interpreter>,
    /// The commands.
    pub text: String,
    /// The exit status that is expected.
    pub exit: ExitRule,
    /// What its output is held against.
    pub expected: Expected,
    /// What is typed at its prompts.
    pub answers: Option<Vec<AnswerLine>>,
    /// Whether its input and output are a terminal.
    pub tty: bool,
}

/// Commands with what each prints. It ends at the first whose status is not the expected one.
#[derive(Clone, Debug)]
pub struct TranscriptAction {
    /// Which shell.
    pub shell: Shell,
    /// The commands, in order; never none.
    pub commands: Vec<TranscriptCommand>,
    /// The exit status that is expected of the last command, the others' being 0.
    pub exit: ExitRule,
    /// What is typed at their prompts.
    pub answers: Option<Vec<AnswerLine>>,
    /// Whether its input and output are a terminal.
    pub tty: bool,
}

/// One command of a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TranscriptCommand {
    /// The command, maybe of several lines.
    pub text: String,
    /// Its first line in the step's file, from 1.
    pub line: usize,
    /// What both its streams print: the lines, wildcards and all, after placeholders.
    pub lines: Vec<String>,
    /// For each of these its line in the step's file, from 1.
    pub places: Vec<usize>,
    /// The same lines as they are written; `None`: as they are in `lines`.
    pub written: Option<Vec<String>>,
    /// The line under the command, where its output begins, from 1.
    pub below: usize,
}

/// A step that starts and keeps running.
#[derive(Clone, Debug)]
pub struct ServiceAction {
    /// Which shell.
    pub shell: Shell,
    /// The program that the text is for, where that is not the shell itself.
    pub interpreter: Option<Interpreter>,
    /// The commands.
    pub text: String,
    /// When it is ready.
    pub ready: Ready,
    /// How it is stopped.
    pub stop: Stop,
    /// The file with the process id of one that forks away.
    pub daemon: Option<String>,
}

/// One change to a file, with what stands around it, after placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// Its header's line in the step's file, from 1.
    pub line: usize,
    /// The line of the old file at which it begins, from 1; 0: before its first line.
    pub old_start: usize,
    /// The line of the new file at which it begins, from 1; 0: before its first line.
    pub new_start: usize,
    /// Its lines.
    pub lines: Vec<HunkLine>,
}

/// A line of a hunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HunkLine {
    /// What becomes of it.
    pub change: Change,
    /// Its text, without a line end.
    pub text: String,
    /// Whether the file ends here without a line end.
    pub no_newline: bool,
    /// Its line in the step's file, from 1.
    pub line: usize,
}

/// What a step's output is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Text on the page, wildcards and all, after placeholders.
    Output {
        /// The stream that is held against it.
        stream: OutputStream,
        /// The lines.
        lines: Vec<String>,
        /// For each line its line in the step's file, from 1.
        places: Vec<usize>,
        /// The line of the block's opening fence, from 1.
        fence: usize,
        /// The block's lines as they are written; `None`: as they are in `lines`.
        written: Option<Vec<String>>,
        /// The file that the block stands in, from the root, with `/`; `None`: the step's own.
        file: Option<String>,
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
