//! What can go wrong outside a tutorial's text: the command line, files, recordings.

use std::{fmt::Write as _, io, path::PathBuf};

use anstyle::{AnsiColor, Style};

use super::{page_writer::PageError, replace::ReplaceError};
use crate::{
    plan::PlanError,
    report::{ReportError, escape},
    snapshot::SnapshotError,
};

/// Why a command could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum CommandError {
    #[error("failed to find the current directory: {0}")]
    CurrentDirectory(io::Error),

    #[error("failed to read `{}`: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },

    #[error("failed to write to {target}: {source}")]
    Write { target: &'static str, source: io::Error },

    #[error("{0}")]
    Unreported(ReportError),

    #[error("failed to create the report `{}`: {source}", path.display())]
    Report { path: PathBuf, source: io::Error },

    #[error("`{}` is no event stream: {why}", path.display())]
    Stream { path: PathBuf, why: String },

    #[error("failed to find what has changed since `{rev}`: {why}")]
    Since { rev: String, why: String },

    #[error("the report `{}` would overwrite a tutorial", path.display())]
    ReportOverPage { path: PathBuf },

    #[error("`{}` is not a regular file", path.display())]
    NotAFile { path: PathBuf },

    #[error("`{first}` and `{second}` would have the same recording, `{}`", path.display())]
    TwoWriters { path: PathBuf, first: String, second: String },

    #[error("`{}` is not UTF-8: line {line} holds a byte that is no text", path.display())]
    NotText { path: PathBuf, line: usize },

    #[error("there is no tutorial `{name}`")]
    NoSuchPage { name: String, nearest: Option<String>, root: PathBuf },

    #[error("`{}` is no tutorial: its front matter has no `tutor` key", path.display())]
    NoTutorial { path: PathBuf },

    #[error("there are no tutorials in `{}`", path.display())]
    NoneIn { path: PathBuf },

    #[error("there is no directory `{}`", path.display())]
    NoTutorials { path: PathBuf },

    #[error("`{}` and `{}` have the same name from their roots, `{name}`", first.display(), second.display())]
    SameName { name: String, first: PathBuf, second: PathBuf },

    #[error("with `--sandbox` nothing outside of a tutorial's project is read or written, and `{}` is `{}`", path.display(), place.display())]
    Outside { path: PathBuf, place: PathBuf },

    #[error("`--only`, `--skip` and `--from` name steps of one page, and {count} pages would run")]
    FilterOfMany { count: usize },

    #[error("{}{source}", prefix(name, source))]
    Plan { name: String, source: PlanError },

    #[error("{0}")]
    Snapshot(#[from] SnapshotError),

    #[error("failed to write the certificates: {0}")]
    Certificates(String),

    #[error("failed to listen for Ctrl-C: {0}")]
    Listen(io::Error),

    #[error("failed to use the terminal: {0}")]
    Terminal(io::Error),

    #[error("there is no code `{code}`")]
    NoSuchCode { code: String, nearest: Option<&'static str> },

    #[error("failed to set the example up: {0}")]
    Example(io::Error),

    #[error("failed to mend `{}`: {source}", path.display())]
    Fix { path: PathBuf, source: ReplaceError },

    #[error("failed to write the output of {step} into `{}`: {source}", path.display())]
    Page { path: PathBuf, step: String, source: PageError },

    #[error("nothing pending is called `{name}`")]
    NotPending { name: String, nearest: Option<String>, some: bool },

    #[error("`{name}` could be any of {}", candidates.join(", "))]
    Ambiguous { name: String, candidates: Vec<String> },

    #[error("several")]
    Several(Vec<CommandError>),
}

/// The page's name before an error that does not name it itself.
fn prefix(name: &str, source: &PlanError) -> String {
    if source.to_string().contains(name) { String::new() } else { format!("{name}: ") }
}

impl CommandError {
    /// One error for all of `errors`; `None` where there are none.
    pub(super) fn of(mut errors: Vec<Self>) -> Option<Self> {
        match errors.len() {
            0 | 1 => errors.pop(),
            _ => Some(Self::Several(errors)),
        }
    }

    /// What to do about it.
    fn help(&self) -> Option<String> {
        Some(match self {
            Self::NoSuchPage { nearest: Some(nearest), .. }
            | Self::NotPending { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::NoSuchCode { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::NoSuchCode { nearest: None, .. } => "`tutor check --explain` lists them".to_owned(),
            Self::NoSuchPage { root, .. } => {
                format!("a name that is no path is looked up in `{}`", root.join("tutorials").display())
            }
            Self::NoTutorial { .. } | Self::NoneIn { .. } => {
                "a tutorial begins with front matter that has the key `tutor`:\n\
                 ---\n\
                 tutor:\n  platform: [macos, linux]\n\
                 ---"
                .to_owned()
            }
            Self::NoTutorials { .. } => "name a tutorial, or a directory that holds some".to_owned(),
            Self::ReportOverPage { .. } => "name another file after `=`".to_owned(),
            Self::NotAFile { .. } => "name a file that holds a tutorial, or a directory of such".to_owned(),
            Self::TwoWriters { .. } => "call one of the files otherwise".to_owned(),
            Self::SameName { .. } => "run them one at a time".to_owned(),
            Self::FilterOfMany { .. } => "name one page".to_owned(),
            Self::NotPending { some: false, .. } => {
                "nothing is pending; `tutor run` leaves what is new or changed".to_owned()
            }
            Self::Page { source: PageError::Stale | PageError::Contested, .. } => {
                "run the page again, or throw this away with `tutor reject`".to_owned()
            }
            Self::Ambiguous { .. } => "name the page too, as in `page/step`".to_owned(),
            _ => return None,
        })
    }

    /// The error and its help as text for standard error.
    pub(super) fn drawn(&self, color: bool) -> String {
        let mut text = String::new();
        self.draw(&mut text, color);
        text
    }

    fn draw(&self, text: &mut String, color: bool) {
        if let Self::Several(errors) = self {
            for error in errors {
                error.draw(text, color);
            }
            return;
        }
        let mut put = |style: Style, head: &str, message: &str| {
            let indented = escape(message).replace('\n', "\n  ");
            let _ = if color {
                writeln!(text, "{style}{head}:{style:#} {indented}")
            } else {
                writeln!(text, "{head}: {indented}")
            };
        };
        put(AnsiColor::Red.on_default().bold(), "error", &self.to_string());
        if let Some(help) = self.help() {
            put(AnsiColor::Cyan.on_default().bold(), "help", &help);
        }
    }
}
