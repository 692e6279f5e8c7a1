//! Text on its way to a terminal: styled, wrapped, and escaped piece by piece, so that nothing gets past.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::escape;
use crate::outcome::State;

/// As the terminal's own text.
pub(super) const PLAIN: Style = Style::new();
/// What a line is about.
pub(super) const BOLD: Style = Style::new().bold();
/// What one may skip.
pub(super) const DIM: Style = Style::new().dimmed();
/// A command to type.
pub(super) const COMMAND: Style = AnsiColor::Cyan.on_default();
/// Expected, and did not come.
pub(super) const EXPECTED: Style = AnsiColor::Red.on_default();
/// Came instead.
pub(super) const CAME: Style = AnsiColor::Green.on_default();

/// The colour of a state: only the terminal's own green, yellow and red, which its owner made readable.
pub(super) fn style_of(state: State) -> Style {
    match state {
        State::Passed => AnsiColor::Green.on_default(),
        State::Drifted | State::New | State::Unverified => AnsiColor::Yellow.on_default(),
        State::Failed => AnsiColor::Red.on_default(),
        State::Skipped | State::NotRun => DIM,
    }
}

/// Text that grows.
#[derive(Debug)]
pub(super) struct Canvas {
    text: String,
    color: bool,
    width: Option<usize>,
}

impl Canvas {
    /// An empty one; `width` is where paragraphs wrap, in columns.
    pub(super) fn new(color: bool, width: Option<usize>) -> Self {
        Self { text: String::new(), color, width }
    }

    /// Whether styles are drawn.
    pub(super) fn color(&self) -> bool {
        self.color
    }

    /// Adds `text`, escaped.
    pub(super) fn put(&mut self, style: Style, text: &str) {
        let text = escape(text);
        if self.color && style != PLAIN && !text.is_empty() {
            let _ = write!(self.text, "{style}{text}{style:#}");
        } else {
            self.text.push_str(&text);
        }
    }

    /// Adds `text` as a line of its own.
    pub(super) fn line(&mut self, style: Style, text: &str) {
        self.put(style, text);
        self.end();
    }

    /// Ends the line.
    pub(super) fn end(&mut self) {
        self.text.push('\n');
    }

    /// Adds a picture that was drawn, and escaped, elsewhere.
    pub(super) fn picture(&mut self, drawn: &str) {
        self.text.push_str(drawn);
        if !drawn.is_empty() && !drawn.ends_with('\n') {
            self.end();
        }
    }

    /// Adds pieces as one paragraph, wrapped at blanks; its further lines begin `indent` columns in. Widths are
    /// counted in characters: a line of wide ones is wrapped by the terminal itself.
    pub(super) fn paragraph(&mut self, indent: usize, pieces: &[(Style, &str)]) {
        let width = self.width.unwrap_or(usize::MAX).max(indent + 20);
        let (mut column, mut blanks) = (0, 0);
        for &(style, text) in pieces {
            let text = escape(text);
            let mut run = String::new();
            for word in text.split_inclusive([' ', '\n']) {
                let bare = word.trim_end_matches([' ', '\n']);
                let length = bare.chars().count();
                if column > indent && column + blanks + length > width {
                    self.put(style, run.trim_end());
                    run.clear();
                    self.trim();
                    self.end();
                    self.text.extend(std::iter::repeat_n(' ', indent));
                    (column, blanks) = (indent, 0);
                }
                run.push_str(bare);
                column += blanks + length;
                blanks = word.len() - bare.len();
                run.extend(std::iter::repeat_n(' ', blanks));
            }
            self.put(style, &run);
        }
        self.trim();
        self.end();
    }

    fn trim(&mut self) {
        let length = self.text.trim_end_matches(' ').len();
        self.text.truncate(length);
    }

    /// How much there is, in bytes.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Takes the text out.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_wraps_at_blanks_and_keeps_its_indent() {
        let mut canvas = Canvas::new(false, Some(24));
        canvas.paragraph(2, &[(BOLD, "failed: "), (PLAIN, "the program said that it is done")]);
        canvas.paragraph(2, &[(PLAIN, "one-word-that-is-longer-than-the-line is kept")]);
        assert_eq!(
            canvas.take(),
            "failed: the program said\n  that it is done\none-word-that-is-longer-than-the-line\n  is kept\n"
        );
    }

    #[test]
    fn styles_are_drawn_only_with_colour_and_text_is_escaped_in_both() {
        for (color, expected) in [(false, "a\\x1bb\n"), (true, "\u{1b}[1ma\\x1bb\u{1b}[0m\n")] {
            let mut canvas = Canvas::new(color, None);
            canvas.line(BOLD, "a\u{1b}b");
            assert_eq!(canvas.take(), expected);
        }
    }
}
