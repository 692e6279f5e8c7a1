//! How far the tries are, on standard error where that is a terminal.

use crate::report::{Output, progress::Progress};

/// Somebody watches, or nobody.
#[derive(Debug)]
pub struct Watch(Option<Progress>);

impl Watch {
    /// Starts; so many changes will be tried. `output` is standard error.
    #[must_use]
    pub fn start(output: &Output, changes: usize) -> Self {
        Self(output.is_terminal().then(|| Progress::of("changes", changes)))
    }

    /// A change is tried. `name` is one of its own.
    pub fn started(&self, name: &str) {
        if let Some(progress) = &self.0 {
            progress.document_started(name, 0);
        }
    }

    /// It has been.
    pub fn finished(&self, name: &str) {
        if let Some(progress) = &self.0 {
            progress.document_finished(name);
        }
    }
}
