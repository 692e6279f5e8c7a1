//! Where text for people goes: standard output or error, with or without colour, as wide as it is.

use std::{
    fmt,
    io::{self, IsTerminal as _, Write},
};

use anstream::{AutoStream, ColorChoice};

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// On a terminal, unless the environment says otherwise (`NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE`, `TERM`).
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    fn choice<S: anstream::stream::RawStream>(self, stream: &S) -> ColorChoice {
        match self {
            Self::Auto => AutoStream::choice(stream),
            Self::Always => ColorChoice::Always,
            Self::Never => ColorChoice::Never,
        }
    }
}

type Size = Option<(terminal_size::Width, terminal_size::Height)>;

/// A stream for people to read.
pub struct Output {
    name: &'static str,
    sink: Box<dyn Write + Send>,
    color: bool,
    terminal: bool,
    width: Option<usize>,
}

impl Output {
    /// Standard output.
    #[must_use]
    pub fn stdout(color: Color) -> Self {
        let stream = io::stdout();
        let size = stream.is_terminal().then(|| terminal_size::terminal_size_of(&stream));
        Self::new("standard output", color.choice(&stream), stream, size)
    }

    /// Standard error.
    #[must_use]
    pub fn stderr(color: Color) -> Self {
        let stream = io::stderr();
        let size = stream.is_terminal().then(|| terminal_size::terminal_size_of(&stream));
        Self::new("standard error", color.choice(&stream), stream, size)
    }

    fn new<S>(name: &'static str, choice: ColorChoice, stream: S, size: Option<Size>) -> Self
    where
        S: anstream::stream::RawStream + anstream::stream::AsLockedWrite + Send + 'static,
    {
        let color = choice != ColorChoice::Never;
        // Without colour nothing is styled, so nothing has to be stripped again.
        let sink: Box<dyn Write + Send> =
            if color { Box::new(AutoStream::new(stream, choice)) } else { Box::new(stream) };
        let width = size.flatten().map(|(width, _)| usize::from(width.0)).filter(|&width| width > 0);
        Self { name, sink, color, terminal: size.is_some(), width }
    }

    /// Another sink, such as a buffer; `width` is where paragraphs wrap.
    #[must_use]
    pub fn to(sink: impl Write + Send + 'static, color: bool, width: Option<usize>) -> Self {
        Self { name: "the output", sink: Box::new(sink), color, terminal: false, width }
    }

    /// What messages call it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether styles are to be drawn.
    #[must_use]
    pub fn color(&self) -> bool {
        self.color
    }

    /// Whether somebody watches.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Columns of the terminal; `None` elsewhere.
    #[must_use]
    pub fn width(&self) -> Option<usize> {
        self.width
    }

    /// Writes `text` at once and whole.
    ///
    /// # Errors
    ///
    /// The system's; of kind [`io::ErrorKind::BrokenPipe`] where the reader has gone.
    pub fn write(&mut self, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.sink.write_all(text.as_bytes())?;
        self.sink.flush()
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output")
            .field("color", &self.color)
            .field("terminal", &self.terminal)
            .field("width", &self.width)
            .finish_non_exhaustive()
    }
}
