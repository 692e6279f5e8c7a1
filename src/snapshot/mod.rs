//! What was recorded: insta's file format, the store, and pending files beside the accepted ones.

use std::collections::BTreeMap;

/// What one step did when it was recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// The page, from the root.
    pub tutorial: String,
    /// The step's id.
    pub step: String,
    /// The platform of the run: the page's, else the host's.
    pub platform: String,
    /// The block as the page shows it.
    pub command: String,
    /// The exit status.
    pub exit: Option<i32>,
    /// Versions of the programs that the step or its page requires.
    pub versions: BTreeMap<String, String>,
    /// Standard output after redaction; `None` where it is not recorded.
    pub stdout: Option<String>,
    /// Standard error after redaction; `None` where it is not recorded.
    pub stderr: Option<String>,
}
