//! Several reports of one run at once.

use std::{fmt, io};

use crate::outcome::{Event, Stamped};

/// A consumer of a run's events.
pub trait Reporter {
    /// Where it writes: a file's path, or `standard output`. For messages.
    fn target(&self) -> &str;

    /// Takes the next event.
    ///
    /// # Errors
    ///
    /// Where it can't write.
    fn event(&mut self, stamped: &Stamped) -> io::Result<()>;

    /// Sees an event at once, before it is its turn: of documents that run beside each other, that can be much earlier.
    /// For what shows how far a run is.
    fn glimpse(&mut self, event: &Event) {
        let _ = event;
    }

    /// Writes what it still holds. The last call, also where the run broke off.
    ///
    /// # Errors
    ///
    /// Where it can't write.
    fn finish(&mut self) -> io::Result<()>;
}

/// A report could not be written.
#[derive(Debug, thiserror::Error)]
#[error("failed to write the report to {target}: {source}")]
pub struct ReportError {
    target: String,
    source: io::Error,
}

/// All reports of a run. One that can't write any more is left out from then on, and does not stop the others.
#[derive(Default)]
pub struct Set {
    reporters: Vec<Box<dyn Reporter>>,
    errors: Vec<ReportError>,
    closed: bool,
}

impl Set {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a report.
    pub fn push(&mut self, reporter: Box<dyn Reporter>) {
        self.reporters.push(reporter);
    }

    /// Tells all of them.
    pub fn event(&mut self, stamped: &Stamped) {
        self.each(|reporter| reporter.event(stamped));
    }

    /// Shows all of them an event whose turn has not come.
    pub fn glimpse(&mut self, event: &Event) {
        self.reporters.iter_mut().for_each(|reporter| reporter.glimpse(event));
    }

    /// Whether nobody reads any more: a pipe was closed, and no other report is left.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed && self.reporters.is_empty()
    }

    /// Ends all of them; gives what went wrong. A reader who closed the pipe is no error.
    #[must_use]
    pub fn finish(mut self) -> Vec<ReportError> {
        self.each(|reporter| reporter.finish());
        self.errors
    }

    fn each(&mut self, mut call: impl FnMut(&mut dyn Reporter) -> io::Result<()>) {
        let (errors, closed) = (&mut self.errors, &mut self.closed);
        self.reporters.retain_mut(|reporter| match call(reporter.as_mut()) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                *closed = true;
                false
            }
            Err(source) => {
                errors.push(ReportError { target: reporter.target().to_owned(), source });
                false
            }
        });
    }
}

impl fmt::Debug for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.reporters.iter().map(|reporter| reporter.target())).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fails(io::ErrorKind, &'static str);

    impl Reporter for Fails {
        fn target(&self) -> &str {
            self.1
        }
        fn event(&mut self, _: &Stamped) -> io::Result<()> {
            Err(self.0.into())
        }
        fn finish(&mut self) -> io::Result<()> {
            panic!("left out after its first error")
        }
    }

    #[test]
    fn a_closed_pipe_is_quiet_and_a_full_disk_is_named() {
        let stamped = Stamped {
            event: Event::RunStarted { tutor: "0.1.0".into() },
            run: "r".into(),
            seq: 1,
            host: "linux".into(),
        };
        let mut set = Set::new();
        set.push(Box::new(Fails(io::ErrorKind::BrokenPipe, "standard output")));
        set.push(Box::new(Fails(io::ErrorKind::StorageFull, "run.json")));
        assert!(!set.is_closed());
        set.event(&stamped);
        set.event(&stamped);
        assert!(set.is_closed());
        let errors: Vec<String> = set.finish().iter().map(ToString::to_string).collect();
        assert_eq!(errors, ["failed to write the report to run.json: no storage space"]);
    }
}
