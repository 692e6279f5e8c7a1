//! What can go wrong with recordings.

use std::{io, path::PathBuf};

use thiserror::Error;

/// What is wrong with a recording's text.
#[derive(Debug, Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum FormatError {
    #[error("it does not begin with a line `---`")]
    NoHeader,
    #[error("its header has no end, a line `---`")]
    OpenHeader,
    #[error("its header is no YAML: {0}")]
    Header(String),
    #[error("`{0}` is missing in its header")]
    Missing(&'static str),
    #[error("line {0} is neither `exit N` nor a section such as `----- stdout -----`")]
    Contents(usize),
    #[error("it has two sections {0}")]
    Twice(&'static str),
    #[error("its JSON says nothing that tutor knows: {0}")]
    Page(String),
    #[error("it is no UTF-8")]
    Encoding,
}

/// What went wrong with a recording's file.
#[derive(Debug, Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum SnapshotError {
    /// The text is no recording.
    #[error("{} is a recording that tutor cannot read: {error}; delete it and record the step again", path.display())]
    Format {
        path: PathBuf,
        #[source]
        error: FormatError,
    },
    /// The system refused something.
    #[error("failed to {action} {}: {error}", path.display())]
    Io {
        action: &'static str,
        path: PathBuf,
        #[source]
        error: io::Error,
    },
    /// A recording whose path leads out of the directory of recordings.
    #[error("{} is not used: it leads out of {}", path.display(), dir.display())]
    Outside { path: PathBuf, dir: PathBuf },
}
