//! What lies around a page: other files, and the settings of its root. Asked for, never looked at directly.

use std::path::PathBuf;

use crate::source::{SourceId, Sources};

/// What lies around pages. Paths are as pages write them, with `/`, and are resolved from the directory of the file that
/// names them.
pub trait Workspace {
    /// The text of the file that `path`, written in the file `from`, names. The same file gives the same source, however
    /// it is named.
    ///
    /// # Errors
    ///
    /// Why there is no such text.
    fn open(&mut self, from: SourceId, path: &str, sources: &mut Sources) -> Result<SourceId, Absent>;

    /// Where the file or directory lies that `path`, written in the file `from`, names.
    ///
    /// # Errors
    ///
    /// Why there is none.
    fn locate(&self, from: SourceId, path: &str) -> Result<PathBuf, Absent>;

    /// The languages for which the settings of the root of the file `from` give a command, each with that command.
    fn languages(&self, from: SourceId) -> &[(String, String)];
}

/// Why a file that a page names can't be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Absent {
    /// There is nothing of that name.
    Missing {
        /// A name in the same directory that was probably meant.
        nearest: Option<String>,
    },
    /// It is no UTF-8 text.
    NotText,
    /// The system's own words.
    Unreadable(String),
}

/// A workspace in which there is nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alone;

impl Workspace for Alone {
    fn open(&mut self, _: SourceId, _: &str, _: &mut Sources) -> Result<SourceId, Absent> {
        Err(Absent::Missing { nearest: None })
    }

    fn locate(&self, _: SourceId, _: &str) -> Result<PathBuf, Absent> {
        Err(Absent::Missing { nearest: None })
    }

    fn languages(&self, _: SourceId) -> &[(String, String)] {
        &[]
    }
}
