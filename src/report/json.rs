//! The event stream, one JSON object a line.

use std::{
    fmt,
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use super::{Reporter, object::write_object};
use crate::outcome::{Event, Stamped};

/// Writes events as they are. Lines reach their reader at the end of each document at the latest.
pub struct Json {
    sink: BufWriter<Box<dyn Write + Send>>,
    target: String,
}

impl Json {
    /// To a file, which is created, or emptied where it exists.
    ///
    /// # Errors
    ///
    /// Where the file can't be opened.
    pub fn create(path: &Path) -> io::Result<Self> {
        Ok(Self::to(File::create(path)?, path.display().to_string()))
    }

    /// To standard output.
    #[must_use]
    pub fn stdout() -> Self {
        Self::to(io::stdout(), "standard output".to_owned())
    }

    /// To any sink; messages call it `target`.
    #[must_use]
    pub fn to(sink: impl Write + Send + 'static, target: String) -> Self {
        Self { sink: BufWriter::with_capacity(64 * 1024, Box::new(sink)), target }
    }
}

impl Reporter for Json {
    fn target(&self) -> &str {
        &self.target
    }

    fn event(&mut self, stamped: &Stamped) -> io::Result<()> {
        write_object(&mut self.sink, stamped)?;
        match stamped.event {
            Event::RunStarted { .. }
            | Event::DocumentStarted { .. }
            | Event::StepStarted { .. }
            | Event::StepFinished(_) => Ok(()),
            Event::DocumentFinished { .. } | Event::RunFinished { .. } => self.sink.flush(),
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Json").field("target", &self.target).finish_non_exhaustive()
    }
}
