//! Commands taken apart: words, comments, lines that go on. Simple rules, enough to change what is there.

use std::ops::Range;

use crate::platform::Shell;

/// How a text is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// Shells of the kind of `sh`, and `fish`.
    Posix,
    /// Windows' command interpreter.
    Cmd,
    /// `PowerShell`.
    PowerShell,
    /// Another language: no flags, `#` begins a comment.
    Other,
}

impl Syntax {
    /// The syntax of a shell's commands.
    pub(super) fn of(shell: Shell) -> Self {
        match shell {
            _ if shell.is_cmd() => Self::Cmd,
            Shell::PowerShell => Self::PowerShell,
            _ => Self::Posix,
        }
    }

    /// Whether a `\` parts directories.
    pub(super) fn is_windows(self) -> bool {
        matches!(self, Self::Cmd | Self::PowerShell)
    }

    fn continuation(self) -> Option<u8> {
        match self {
            Self::Posix => Some(b'\\'),
            Self::Cmd => Some(b'^'),
            Self::PowerShell => Some(b'`'),
            Self::Other => None,
        }
    }
}

/// A word of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) range: Range<usize>,
    /// Whether it belongs to the same command as the word before it, and nothing but blanks stands between the two.
    pub(super) follows: bool,
}

/// What a text consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scan {
    pub(super) words: Vec<Word>,
    pub(super) comments: Vec<Range<usize>>,
    /// The characters that let a line go on in the next.
    pub(super) continuations: Vec<usize>,
}

impl Scan {
    /// Takes a text apart.
    pub(super) fn of(text: &str, syntax: Syntax) -> Self {
        let mut scanner = Scanner {
            text,
            bytes: text.as_bytes(),
            syntax,
            at: 0,
            scan: Self::default(),
            word: None,
            joined: false,
            documents: Vec::new(),
        };
        while scanner.at < text.len() {
            scanner.step();
        }
        scanner.end_word();
        scanner.scan
    }

    /// Whether a place lies in a comment.
    pub(super) fn is_comment(&self, at: usize) -> bool {
        self.comments.iter().any(|range| range.contains(&at))
    }
}

struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    syntax: Syntax,
    at: usize,
    scan: Scan,
    /// Where the word begins that is being read.
    word: Option<usize>,
    /// Whether only blanks came since the last word.
    joined: bool,
    /// The last lines of here-documents that begin on the next line.
    documents: Vec<String>,
}

impl Scanner<'_> {
    fn step(&mut self) {
        let byte = self.bytes[self.at];
        let begins = self.word.is_none();
        if begins && self.comment() {
            return;
        }
        if Some(byte) == self.syntax.continuation() && self.goes_on() {
            self.end_word();
            self.scan.continuations.push(self.at);
            self.at += 1;
            // The next line belongs to the same command.
            self.at += self.bytes[self.at..].iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            return;
        }
        match byte {
            b'\n' => {
                self.apart();
                self.at += 1;
                self.here_documents();
            }
            b' ' | b'\t' | b'\r' => {
                self.end_word();
                self.at += 1;
            }
            b'<' if self.syntax == Syntax::Posix && self.here_document() => {}
            b';' | b'|' | b'&' | b'<' | b'>' | b'(' | b')' => {
                self.apart();
                self.at += 1;
            }
            b'"' | b'\'' if self.quotes(byte) => {
                self.word.get_or_insert(self.at);
                self.quoted(byte);
            }
            b'\\' if self.syntax == Syntax::Posix => {
                self.word.get_or_insert(self.at);
                self.at = (self.at + 2).min(self.bytes.len());
            }
            _ => {
                self.word.get_or_insert(self.at);
                self.at += 1;
            }
        }
        // A place inside of a character is none.
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
    }

    fn quotes(&self, byte: u8) -> bool {
        match self.syntax {
            Syntax::Posix | Syntax::PowerShell => true,
            Syntax::Cmd => byte == b'"',
            Syntax::Other => false,
        }
    }

    fn quoted(&mut self, quote: u8) {
        self.at += 1;
        while self.at < self.bytes.len() && self.bytes[self.at] != quote {
            let escaped = self.syntax == Syntax::Posix && quote == b'"' && self.bytes[self.at] == b'\\';
            // In double quotes, too, a line may go on.
            if escaped && self.goes_on() {
                self.scan.continuations.push(self.at);
            }
            self.at += if escaped { 2 } else { 1 };
        }
        self.at = (self.at + 1).min(self.bytes.len());
    }

    /// Whether nothing but the line's end stands behind the character here.
    fn goes_on(&self) -> bool {
        let rest = &self.text[self.at + 1..];
        rest.starts_with('\n') && rest.len() > 1
    }

    /// Passes a comment over.
    fn comment(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let line_begins = self.text[..self.at].rsplit('\n').next().is_some_and(|head| head.trim().is_empty());
        let begins = match self.syntax {
            Syntax::Cmd => {
                let word = rest.get(..4).unwrap_or(rest);
                line_begins
                    && (rest.starts_with("::")
                        || word.eq_ignore_ascii_case("rem ")
                        || word.eq_ignore_ascii_case("rem\n"))
            }
            Syntax::Posix | Syntax::PowerShell | Syntax::Other => {
                // `x#y` is no comment.
                let before = self.text[..self.at].chars().next_back();
                rest.starts_with('#')
                    && before.is_none_or(|char| char.is_whitespace() || matches!(char, ';' | '&' | '|' | '('))
            }
        };
        if begins {
            let length = rest.find('\n').unwrap_or(rest.len());
            self.scan.comments.push(self.at..self.at + length);
            self.at += length;
        }
        begins
    }

    /// Takes `<<END` in.
    fn here_document(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let Some(after) = rest.strip_prefix("<<").filter(|after| !after.starts_with('<')) else {
            return false;
        };
        let after = after.strip_prefix('-').unwrap_or(after).trim_start_matches(' ');
        let length =
            after.find(|char: char| char.is_whitespace() || matches!(char, ';' | '|' | '&' | '>' | ')'));
        let end = &after[..length.unwrap_or(after.len())];
        if end.is_empty() {
            return false;
        }
        let behind = rest.len() - after.len() + end.len();
        let end = end.replace(['\'', '"', '\\'], "");
        self.apart();
        self.documents.push(end);
        self.at += behind;
        true
    }

    /// Passes over the here-documents that begin on this line: quotes mean nothing there.
    fn here_documents(&mut self) {
        for end in std::mem::take(&mut self.documents) {
            while self.at < self.text.len() {
                let rest = &self.text[self.at..];
                let line = rest.split('\n').next().unwrap_or_default();
                let start = self.at;
                self.at = (self.at + line.len() + 1).min(self.text.len());
                if line.trim_start_matches('\t') == end {
                    break;
                }
                if line.trim_start().starts_with('#') {
                    self.scan.comments.push(start..start + line.len());
                }
            }
        }
    }

    fn end_word(&mut self) {
        if let Some(start) = self.word.take() {
            self.scan.words.push(Word { range: start..self.at, follows: self.joined });
            self.joined = true;
        }
    }

    /// What comes next belongs to another command, or is no word of this one.
    fn apart(&mut self) {
        self.end_word();
        self.joined = false;
    }
}
