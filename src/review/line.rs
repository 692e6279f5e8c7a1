//! One row of the screen: styled pieces, measured in the terminal's columns, and long texts wrapped to rows.

use std::ops::Range;

use anstyle::Style;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::report::escape;

/// Columns from one tab stop to the next.
const TAB: usize = 8;

/// A piece of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text without anything that a terminal would act on.
    Text(Style, String),
    /// What follows stands from this column (from 0) on, however wide the terminal has drawn what is before.
    Column(usize),
}

/// A row of the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    pieces: Vec<Piece>,
    width: usize,
    carets: bool,
}

impl Row {
    /// A row of one piece.
    pub(super) fn of(style: Style, text: &str) -> Self {
        let mut row = Self::default();
        row.put(style, text);
        row
    }

    /// Adds `text`, escaped; a line end or a tab in it becomes a space.
    pub(super) fn put(&mut self, style: Style, text: &str) {
        let text = escape(text).replace(['\n', '\t'], " ");
        if !text.is_empty() {
            self.width += text.width();
            self.push(style, text);
        }
    }

    /// Adds a text, to the last piece where that is of the same style.
    fn push(&mut self, style: Style, text: String) {
        match self.pieces.last_mut() {
            Some(Piece::Text(last, before)) if *last == style => before.push_str(&text),
            _ => self.pieces.push(Piece::Text(style, text)),
        }
    }

    /// Goes on at `column`, where the row is not longer already.
    pub(super) fn column(&mut self, column: usize) {
        if column > self.width {
            self.width = column;
            self.pieces.push(Piece::Column(column));
        }
    }

    /// Adds the pieces of `other`, whose columns are counted from where it begins.
    pub(super) fn append(&mut self, other: Self) {
        let start = self.width;
        for piece in other.pieces {
            self.pieces.push(match piece {
                Piece::Column(column) => Piece::Column(start + column),
                Piece::Text(style, text) => {
                    self.push(style, text);
                    continue;
                }
            });
        }
        self.width += other.width;
    }

    /// Columns that it takes.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Whether it marks what stands in the row above.
    pub(super) fn is_carets(&self) -> bool {
        self.carets
    }

    /// Its pieces.
    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The row in at most `width` columns; what is cut off is said by `…`.
    pub(super) fn cut(self, width: usize) -> Self {
        if self.width <= width {
            return self;
        }
        let mut row = Self::default();
        let room = width.saturating_sub(1);
        for piece in self.pieces {
            match piece {
                Piece::Column(column) => row.column(column.min(room)),
                Piece::Text(style, text) => {
                    let mut kept = String::new();
                    let mut full = false;
                    for cluster in clusters(&text) {
                        full = row.width + kept.width() + cluster.width() > room;
                        if full {
                            break;
                        }
                        kept.push_str(cluster);
                    }
                    row.put(style, &kept);
                    if full {
                        row.put(style, "…");
                        break;
                    }
                }
            }
        }
        row
    }

    /// Its text, without trailing blanks.
    #[cfg(test)]
    pub(super) fn plain(&self) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(_, piece) => text.push_str(piece),
                Piece::Column(column) => {
                    text.extend(std::iter::repeat_n(' ', column.saturating_sub(text.width())));
                }
            }
        }
        text.trim_end().to_owned()
    }
}

/// `text` behind `head`, wrapped at blanks; further rows begin `indent` columns in.
pub(super) fn paragraph(head: Row, indent: usize, style: Style, text: &str, width: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = head;
    let mut begins = true;
    for word in text.split_whitespace() {
        // A word that is longer than a row is no word.
        for (number, part) in
            wrap(word, &[], width.saturating_sub(indent), Look::plain(style)).into_iter().enumerate()
        {
            let blank = usize::from(!begins && number == 0);
            if row.width() + blank + part.width() > width && row.width() > indent || number > 0 {
                rows.push(std::mem::take(&mut row));
                row.column(indent);
            } else if blank > 0 {
                row.put(style, " ");
            }
            row.append(part);
            begins = false;
        }
    }
    rows.push(row);
    rows
}

/// What a terminal draws as one character: with the marks, joined characters and skin tones that belong to it.
fn clusters(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut end = 0;
        let mut joined = false;
        for (at, char) in rest.char_indices() {
            let tone = ('\u{1f3fb}'..='\u{1f3ff}').contains(&char);
            let belongs = joined || tone || char.width() == Some(0);
            if at > 0 && !belongs {
                break;
            }
            joined = char == '\u{200d}';
            end = at + char.len_utf8();
        }
        let (cluster, next) = rest.split_at(end);
        rest = next;
        (end > 0).then_some(cluster)
    })
}

/// How a text and what is marked in it are drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// What is not marked.
    pub(super) style: Style,
    /// What is.
    pub(super) marked: Style,
    /// Whether marks are shown by a row of `^` below, because there are no styles.
    pub(super) carets: bool,
}

impl Look {
    /// Nothing is marked.
    fn plain(style: Style) -> Self {
        Self { style, marked: style, carets: false }
    }
}

/// One line of a text as rows of at most `width` columns. `marks` are ranges of bytes of it, in order.
pub(super) fn wrap(text: &str, marks: &[Range<usize>], width: usize, look: Look) -> Vec<Row> {
    let mut wrapped =
        Wrapped { rows: Vec::new(), row: Row::default(), carets: Row::default(), width: width.max(2), look };
    let mut at = 0;
    // Columns of the line before it is wrapped: tab stops are counted by these.
    let mut column = 0;
    for mark in marks {
        wrapped.put(&text[at..mark.start], false, &mut column);
        wrapped.put(&text[mark.clone()], true, &mut column);
        at = mark.end;
    }
    wrapped.put(&text[at..], false, &mut column);
    wrapped.end();
    wrapped.rows
}

struct Wrapped {
    rows: Vec<Row>,
    row: Row,
    carets: Row,
    width: usize,
    look: Look,
}

impl Wrapped {
    fn put(&mut self, text: &str, marked: bool, column: &mut usize) {
        let mut run = String::new();
        let mut run_width = 0;
        // A tab that came or went has to be seen.
        let text = if marked { text.replace('\t', "\\t") } else { text.to_owned() };
        let text = escape(&text);
        for cluster in clusters(&text) {
            let blanks;
            let cluster = if cluster == "\t" {
                blanks = " ".repeat(TAB - *column % TAB);
                &blanks
            } else {
                cluster
            };
            let wide = cluster.width();
            *column += wide;
            if self.row.width() + run_width + wide > self.width {
                self.flush(&mut run, run_width, marked);
                run_width = 0;
                if self.row.width() > 0 {
                    self.end();
                }
            }
            run.push_str(cluster);
            run_width += wide;
        }
        self.flush(&mut run, run_width, marked);
    }

    fn flush(&mut self, run: &mut String, width: usize, marked: bool) {
        if marked && self.look.carets {
            self.carets.column(self.row.width());
            self.carets.put(Style::new(), &"^".repeat(width));
            self.carets.carets = true;
        }
        self.row.put(if marked { self.look.marked } else { self.look.style }, run);
        run.clear();
    }

    fn end(&mut self) {
        self.rows.push(std::mem::take(&mut self.row));
        if self.carets.width() > 0 {
            self.rows.push(std::mem::take(&mut self.carets));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(rows: &[Row]) -> Vec<String> {
        rows.iter().map(Row::plain).collect()
    }

    fn look(carets: bool) -> Look {
        Look { style: Style::new(), marked: Style::new().bold(), carets }
    }

    #[test]
    fn wide_characters_and_marks_stay_whole() {
        let cases: [(&str, usize, &[&str]); 8] = [
            ("abcdef", 4, &["abcd", "ef"]),
            ("日本語", 4, &["日本", "語"]),
            ("a日本", 4, &["a日", "本"]),
            ("e\u{301}e\u{301}e\u{301}", 2, &["e\u{301}e\u{301}", "e\u{301}"]),
            ("👩\u{200d}👩\u{200d}👧👍🏽!", 4, &["👩\u{200d}👩\u{200d}👧👍🏽", "!"]),
            ("\ta", 12, &["        a"]),
            ("\u{1b}[2J", 4, &["\\x1b", "[2J"]),
            ("", 4, &[""]),
        ];
        for (text, width, expected) in cases {
            assert_eq!(plain(&wrap(text, &[], width, look(false))), expected, "{text}");
        }
    }

    #[test]
    fn carets_stand_below_what_is_marked() {
        let marks = [2..4, 6..12];
        let rows = wrap("ab\tXef日本gh", &marks, 40, look(true));
        assert_eq!(plain(&rows), ["ab\\tXef日本gh", "  ^^^  ^^^^"]);
        let rows = wrap("abcdef", std::slice::from_ref(&(1..5)), 3, look(true));
        assert_eq!(plain(&rows), ["abc", " ^^", "def", "^^"]);
    }

    #[test]
    fn a_row_is_cut_where_the_screen_ends() {
        let mut row = Row::of(Style::new(), "日本語");
        row.column(10);
        row.put(Style::new(), "right");
        assert_eq!(row.clone().cut(20).plain(), "日本語    right");
        assert_eq!(row.clone().cut(12).plain(), "日本語    r…");
        assert_eq!(row.cut(4).plain(), "日…");
    }
}
