//! How the report for people is to be.

use super::Pages;

/// How much is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// What did not pass, and the last line.
    Quiet,
    /// Also a line per document, what did not run, what was recorded.
    #[default]
    Normal,
    /// Also a line per step.
    Steps,
    /// Also what each step printed.
    Outputs,
}

/// How the report is to be.
#[derive(Debug, Default)]
pub struct Options {
    /// How much is said.
    pub verbosity: Verbosity,
    /// Whether a step that could not run here fails the run.
    pub strict: bool,
    /// Texts and commands of the pages that run.
    pub pages: Pages,
    /// Documents that will run.
    pub documents: usize,
}
