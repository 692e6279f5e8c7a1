//! The command lines of a batch text: where each begins and ends, and what holds its parts together.

use std::ops::Range;

/// What stands before a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// `&`: run both.
    Then,
    /// `&&`: run this if the one before has succeeded.
    And,
    /// `||`: run this if the one before has failed.
    Or,
}

/// One command of a command line: with its conditions (`if …`), its loop (`for … do`), the pipe that it is part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// What ties it to the one before; `None` for the first.
    pub(super) operator: Option<Operator>,
    /// Its text, without blanks before it.
    pub(super) range: Range<usize>,
    /// Where what follows the operator begins: the block's `(` where it ends in a block.
    pub(super) block: Option<usize>,
    /// Whether it begins with `if` or `for`, whose body is the rest of the line.
    pub(super) governs: bool,
}

/// One command line, in a block or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) parts: Vec<Part>,
    /// Whether it stands on lines of its own, with nothing before it.
    pub(super) alone: bool,
    /// Whether it stands in a block that is part of a pipe, which another interpreter runs.
    pub(super) piped: bool,
    /// Whether nothing is to be put behind it: `goto`, `exit`.
    pub(super) leaves: bool,
}

impl Line {
    /// Its whole text.
    pub(super) fn range(&self) -> Range<usize> {
        let first = self.parts.first().map_or(0, |part| part.range.start);
        first..self.parts.last().map_or(first, |part| part.range.end)
    }
}

/// The command lines of `text`, in the order in which they begin. Labels and remarks are none.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut scanner = Scanner { text, bytes: text.as_bytes(), at: 0, lines: Vec::new(), depth: 0 };
    while scanner.at < scanner.bytes.len() {
        scanner.line(true);
        // What closes no block.
        if scanner.peek() == Some(b')') {
            scanner.at += 1;
        }
    }
    scanner.lines
}

struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    lines: Vec<Line>,
    depth: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b',' | b';' | b'=' | b'@' | 0x0b | 0x0c))
            || self.continues()
        {
            self.at += if self.peek() == Some(b'^') { self.escape() } else { 1 };
        }
    }

    /// Whether a `^` here takes the next line in.
    fn continues(&self) -> bool {
        self.peek() == Some(b'^') && matches!(self.bytes.get(self.at + 1), Some(b'\r' | b'\n'))
    }

    /// The length of the `^` here and of what it makes plain.
    fn escape(&self) -> usize {
        match &self.bytes[self.at + 1..] {
            // The first byte of the line that is taken in is plain as well; a line's end is not.
            [b'\r', b'\n', ..] => 3,
            [_, ..] => 2,
            [] => 1,
        }
    }

    fn ends_line(&self) -> bool {
        matches!(self.peek(), None | Some(b'\n' | b'\r'))
    }

    fn next_line(&mut self) {
        while self.peek().is_some_and(|byte| byte != b'\n') {
            self.at += 1;
        }
        self.at = (self.at + 1).min(self.bytes.len());
    }

    /// The word here in lower case, as far as it can be a command's name; not moved over.
    fn word(&self) -> String {
        let rest = &self.bytes[self.at..];
        let ends = |byte: &u8| b" \t,;=()&|<>\r\n\"^/:.+[".contains(byte);
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        self.text.get(self.at..self.at + length).unwrap_or_default().to_ascii_lowercase()
    }

    /// One command line, to its line's end or the `)` that ends its block.
    fn line(&mut self, alone: bool) {
        self.skip_blanks();
        if self.ends_line() {
            return self.next_line();
        }
        if self.peek() == Some(b':') || self.word() == "rem" {
            return self.next_line();
        }
        if self.peek() == Some(b')') {
            return;
        }
        let index = self.lines.len();
        let leaves = matches!(self.word().as_str(), "goto" | "exit");
        self.lines.push(Line { parts: Vec::new(), alone, piped: false, leaves });
        let mut operator = None;
        loop {
            let part = self.part(operator);
            self.lines[index].parts.push(part);
            operator = self.operator();
            if operator.is_none() {
                break;
            }
            self.skip_blanks();
        }
        if self.ends_line() {
            self.next_line();
        }
    }

    fn operator(&mut self) -> Option<Operator> {
        let (operator, length) = match self.bytes.get(self.at..) {
            Some([b'&', b'&', ..]) => (Operator::And, 2),
            Some([b'&', ..]) => (Operator::Then, 1),
            Some([b'|', b'|', ..]) => (Operator::Or, 2),
            _ => return None,
        };
        self.at += length;
        Some(operator)
    }

    /// One command with its pipes, up to an operator, its line's end or its block's `)`.
    fn part(&mut self, operator: Option<Operator>) -> Part {
        let start = self.at;
        let mut part = Part { operator, range: start..start, block: None, governs: false };
        let first = self.lines.len();
        let mut pipes = false;
        loop {
            part.block = self.command(&mut part.governs);
            if self.peek() != Some(b'|') || self.bytes.get(self.at + 1) == Some(&b'|') {
                break;
            }
            pipes = true;
            self.at += 1;
            self.skip_blanks();
        }
        if pipes {
            self.lines[first..].iter_mut().for_each(|line| line.piped = true);
        }
        part.range.end = self.at;
        part
    }

    /// A command; where it ends in a block, where that begins.
    fn command(&mut self, governs: &mut bool) -> Option<usize> {
        loop {
            self.skip_blanks();
            match self.word().as_str() {
                "if" => self.condition(),
                "for" => self.range(),
                _ => break,
            }
            *governs = true;
        }
        if self.peek() != Some(b'(') {
            self.plain();
            return None;
        }
        let block = self.at;
        self.block();
        loop {
            // `else` goes on with what it belongs to; else there are only redirections behind a block.
            let after = self.at;
            self.skip_blanks();
            if self.word() != "else" {
                self.at = after;
                self.plain();
                return Some(block);
            }
            self.at += "else".len();
            self.skip_blanks();
            while self.word() == "if" {
                self.condition();
                self.skip_blanks();
            }
            if self.peek() != Some(b'(') {
                self.plain();
                return None;
            }
            self.block();
        }
    }

    fn block(&mut self) {
        self.at += 1;
        self.depth += 1;
        let mut alone = false;
        while self.peek().is_some_and(|byte| byte != b')') {
            let before = self.at;
            self.skip_blanks();
            alone = if self.ends_line() {
                self.next_line();
                true
            } else {
                self.at = before;
                self.line(alone);
                true
            };
        }
        self.depth -= 1;
        self.at = (self.at + 1).min(self.bytes.len());
    }

    /// Words up to an operator, the line's end or the block's `)`.
    fn plain(&mut self) {
        let mut quoted = false;
        while let Some(byte) = self.peek() {
            match byte {
                b'\r' | b'\n' => return,
                b'"' => quoted = !quoted,
                b'^' if !quoted => {
                    self.at = (self.at + self.escape()).min(self.bytes.len());
                    continue;
                }
                // `2>&1`.
                b'&' if !quoted && self.at > 0 && matches!(self.bytes[self.at - 1], b'>' | b'<') => {}
                b'&' | b'|' if !quoted => return,
                b')' if !quoted && self.depth > 0 => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// One word of a condition, moved over.
    fn operand(&mut self) {
        self.skip_spaces();
        let mut quoted = false;
        while let Some(byte) = self.peek() {
            match byte {
                b'\r' | b'\n' => return,
                b'"' => quoted = !quoted,
                b' ' | b'\t' if !quoted => return,
                b'=' if !quoted && self.bytes.get(self.at + 1) == Some(&b'=') => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    fn skip_spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// `if [/i] [not] …` up to the command.
    fn condition(&mut self) {
        self.at += "if".len();
        loop {
            self.skip_spaces();
            if self.bytes[self.at..].get(..2).is_some_and(|two| two.eq_ignore_ascii_case(b"/i")) {
                self.at += 2;
            } else if self.word() == "not" {
                self.at += 3;
            } else {
                break;
            }
        }
        if matches!(self.word().as_str(), "errorlevel" | "exist" | "defined" | "cmdextversion") {
            self.at += self.word().len();
            return self.operand();
        }
        self.operand();
        self.skip_spaces();
        if self.bytes.get(self.at..self.at + 2) == Some(b"==") {
            self.at += 2;
        } else {
            // `equ`, `neq`, `lss`, `leq`, `gtr`, `geq`.
            self.at += self.word().len();
        }
        self.operand();
    }

    /// `for … in (…) do` up to the command.
    fn range(&mut self) {
        let mut quoted = false;
        let mut inside = false;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => quoted = !quoted,
                b'^' if !quoted => self.at += self.escape() - 1,
                b'(' if !quoted => inside = true,
                b')' if !quoted && inside => break,
                b'\n' if !inside => return,
                _ => {}
            }
            self.at += 1;
        }
        self.at = (self.at + 1).min(self.bytes.len());
        self.skip_blanks();
        if self.word() == "do" {
            self.at += 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::lines;

    /// The command lines, one a line; parts apart by ` ¦ `.
    fn shown(text: &str) -> Vec<String> {
        let part = |range: &std::ops::Range<usize>| text[range.clone()].to_owned();
        let of = |line: &super::Line| {
            let parts: Vec<String> = line.parts.iter().map(|found| part(&found.range)).collect();
            format!("{}{}", parts.join(" ¦ "), if line.piped { " (piped)" } else { "" })
        };
        lines(text).iter().map(of).collect()
    }

    #[test]
    fn command_lines_are_told_apart() {
        let cases: &[(&str, &[&str])] = &[
            ("a\r\nb c\r\n", &["a", "b c"]),
            ("a & b && c || d", &["a  ¦ b  ¦ c  ¦ d"]),
            ("a ^\r\n  b\r\nc", &["a ^\r\n  b", "c"]),
            ("echo \"a & b\" ^& c", &["echo \"a & b\" ^& c"]),
            ("a 2>&1 & b", &["a 2>&1  ¦ b"]),
            (":label\nrem a & b\n:: c\n@echo off", &["echo off"]),
            (
                "if exist a (\n  b\n  c\n) else (\n  d\n)\ne",
                &["if exist a (\n  b\n  c\n) else (\n  d\n)", "b", "c", "d", "e"],
            ),
            ("if not exist \"a b\" mkdir \"a b\"", &["if not exist \"a b\" mkdir \"a b\""]),
            ("if a==b (c) else d", &["if a==b (c) else d", "c"]),
            (
                "if /i %A% equ 1 if defined B (c) else if 1==2 (d)",
                &["if /i %A% equ 1 if defined B (c) else if 1==2 (d)", "c", "d"],
            ),
            (
                "for %%i in (a b) do (\necho %%i\n) > c",
                &["for %%i in (a b) do (\necho %%i\n) > c", "echo %%i"],
            ),
            (
                "for /f \"tokens=1\" %%i in ('a ^| b') do c & d",
                &["for /f \"tokens=1\" %%i in ('a ^| b') do c  ¦ d"],
            ),
            ("a | b\n(c\nd) | e", &["a | b", "(c\nd) | e", "c (piped)", "d (piped)"]),
            ("a || (\nb\n)", &["a  ¦ (\nb\n)", "b"]),
            ("echo :)\n)\na", &["echo :)", "a"]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), *expected, "{text:?}");
        }
    }
}
