//! How far the tries are, on standard error: a bar where that is a terminal, else a line now and then.

use std::sync::{Mutex, PoisonError};

use crate::report::{Output, progress::Progress};

/// Between two lines.
const EVERY: usize = 100;

/// What shows how far the tries are.
#[derive(Debug)]
pub struct Watch {
    changes: usize,
    progress: Option<Progress>,
    lines: Mutex<Lines>,
}

#[derive(Debug)]
struct Lines {
    output: Output,
    done: usize,
    survived: usize,
}

impl Watch {
    /// Starts; so many changes will be tried. `output` is standard error.
    #[must_use]
    pub fn start(output: Output, changes: usize) -> Self {
        let progress = output.is_terminal().then(|| Progress::of("changes", changes));
        Self { changes, progress, lines: Mutex::new(Lines { output, done: 0, survived: 0 }) }
    }

    /// A change is tried. `name` is one of its own.
    pub fn started(&self, name: &str) {
        if let Some(progress) = &self.progress {
            progress.document_started(name, 0);
        }
    }

    /// It has been, and nothing saw it (`survived`).
    pub fn finished(&self, name: &str, survived: bool) {
        if let Some(progress) = &self.progress {
            progress.document_finished(name);
            return;
        }
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.done += 1;
        lines.survived += usize::from(survived);
        if lines.done.is_multiple_of(EVERY) {
            let line = format!("tried {} of {}, {} survived\n", lines.done, self.changes, lines.survived);
            // Where nobody reads it, the tries go on.
            let _ = lines.output.write(&line);
        }
    }
}
