//! What one step did, as it is recorded.

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

impl Recording {
    /// Whether both say the same of what happened, whatever they say of where and with what.
    #[must_use]
    pub fn same_outcome(&self, other: &Self) -> bool {
        self.exit == other.exit
            && same_lines(self.stdout.as_deref(), other.stdout.as_deref())
            && same_lines(self.stderr.as_deref(), other.stderr.as_deref())
    }
}

/// A last newline makes no difference: a recording ends each line with one.
fn same_lines(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.lines().eq(other.lines()),
        (one, other) => one == other,
    }
}
