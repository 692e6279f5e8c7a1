//! From a diff to its hunks.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    diagnostic::Diagnostic,
    document::{Change, Hunk, HunkLine, Patch},
    source::{Fragments, Span},
};

/// `@@ -1,3 +1,4 @@`, and what a program puts behind it.
static HEADER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@").ok());

/// What a program writes above the hunks of a file.
const PREAMBLE: [&str; 12] = [
    "diff ",
    "index ",
    "--- ",
    "+++ ",
    "Index: ",
    "====",
    "new file ",
    "old mode ",
    "new mode ",
    "similarity ",
    "rename ",
    "deleted ",
];

/// The hunks of a diff of one file; `None` where something is wrong with it, which is reported.
pub(super) fn patch(block: &Fragments, fence: Span, found: &mut Vec<Diagnostic>) -> Option<Patch> {
    let before = found.len();
    let mut reader = Reader { block, at: 0, hunks: Vec::new(), found };
    while let Some(line) = reader.next() {
        reader.line(line);
    }
    let hunks = reader.hunks;
    if hunks.is_empty() && found.len() == before {
        let message = "a `.patch` block without a hunk";
        let error = Diagnostic::error("no-hunk", message, fence, "changes nothing");
        found.push(error.help("hunks begin with a line like `@@ -1,3 +1,4 @@`, as `diff -u` writes it"));
    }
    order(&hunks, found);
    (found.len() == before).then_some(Patch { hunks })
}

/// A line of the block, without its line end.
#[derive(Clone, Copy)]
struct Line<'b> {
    start: usize,
    text: &'b str,
}

/// The numbers of a hunk's header.
#[derive(Clone, Copy)]
struct Numbers {
    old_start: usize,
    old: usize,
    new_start: usize,
    new: usize,
    /// Where they stand in the line.
    end: usize,
}

struct Reader<'b, 'f> {
    block: &'b Fragments,
    at: usize,
    hunks: Vec<Hunk>,
    found: &'f mut Vec<Diagnostic>,
}

impl<'b> Reader<'b, '_> {
    fn peek(&self) -> Option<Line<'b>> {
        let rest = self.block.text().get(self.at..).filter(|rest| !rest.is_empty())?;
        Some(Line { start: self.at, text: rest.split('\n').next().unwrap_or_default() })
    }

    fn next(&mut self) -> Option<Line<'b>> {
        let line = self.peek()?;
        self.at = (line.start + line.text.len() + 1).min(self.block.text().len());
        Some(line)
    }

    fn span(&self, line: Line<'_>) -> Span {
        self.block.span(line.start..line.start + line.text.len())
    }

    /// A line outside of hunks.
    fn line(&mut self, line: Line<'b>) {
        if line.text.starts_with("@@") {
            self.hunk(line);
        } else if line.text.starts_with("--- ") && !self.hunks.is_empty() {
            let message = "a patch changes one file, and here begins another";
            let error = Diagnostic::error("several-files", message, self.span(line), "the second file");
            self.found.push(error.help("give each file a block of its own"));
            self.at = self.block.text().len();
        } else if !(line.text.trim().is_empty() || PREAMBLE.iter().any(|word| line.text.starts_with(word))) {
            let message = "the line belongs to no hunk";
            let error = Diagnostic::error("bad-patch", message, self.span(line), "not part of a diff");
            self.found
                .push(error.help("hunks begin with a line like `@@ -1,3 +1,4 @@`, as `diff -u` writes it"));
            // What follows is not understood either, up to the next hunk.
            while self.peek().is_some_and(|line| !line.text.starts_with("@@")) {
                self.next();
            }
        }
    }

    fn hunk(&mut self, header: Line<'b>) {
        let span = self.span(header);
        let numbers = numbers(header.text);
        if numbers.is_none() {
            let message = "the header of a hunk has no line numbers";
            let error = Diagnostic::error("bad-hunk", message, span, "not understood");
            self.found.push(
                error.help("write it like `@@ -1,3 +1,4 @@`: first line and number of lines, old and new"),
            );
        }
        let mut lines: Vec<HunkLine> = Vec::new();
        while let Some(line) = self.peek() {
            let whole = numbers.is_some_and(|numbers| count(&lines) == (numbers.old, numbers.new));
            if line.text.starts_with("@@") || (whole && !line.text.starts_with('\\') && !changes(line.text)) {
                break;
            }
            if whole && line.text.starts_with("--- ") {
                break;
            }
            self.next();
            self.hunk_line(line, &mut lines);
        }
        // Empty lines before the next hunk or the end stand there for the eye.
        while lines.last().is_some_and(|last| last.change == Change::Keep && last.text.is_empty())
            && numbers.is_none_or(|numbers| count(&lines) > (numbers.old, numbers.new))
        {
            lines.pop();
        }
        let Some(numbers) = numbers else { return };
        self.check(span, numbers, &lines);
        let Numbers { old_start, new_start, .. } = numbers;
        self.hunks.push(Hunk { header: span, old_start, new_start, lines });
    }

    fn hunk_line(&mut self, line: Line<'b>, lines: &mut Vec<HunkLine>) {
        let change = match line.text.chars().next() {
            // Editors take trailing blanks away, and with them the mark of an empty line.
            None | Some(' ') => Change::Keep,
            Some('-') => Change::Remove,
            Some('+') => Change::Add,
            Some('\\') => {
                if let Some(last) = lines.last_mut() {
                    last.no_newline = true;
                }
                return;
            }
            Some(_) => {
                let message = "a hunk's line begins with a blank, `-` or `+`";
                let error = Diagnostic::error(
                    "bad-hunk-line",
                    message,
                    self.span(line),
                    "begins with something else",
                );
                let at = self.block.span(line.start..line.start);
                self.found.push(error.help("put a blank before a line that stays").fix(at, " "));
                Change::Keep
            }
        };
        let mark = usize::from(line.text.starts_with([' ', '-', '+']));
        let text = line.start + mark..line.start + line.text.len();
        lines.push(HunkLine { change, text, no_newline: false });
    }

    fn check(&mut self, span: Span, numbers: Numbers, lines: &[HunkLine]) {
        let (old, new) = count(lines);
        if (old, new) != (numbers.old, numbers.new) {
            let message = format!(
                "the hunk has {old} old and {new} new lines, and its header says {} and {}",
                numbers.old, numbers.new
            );
            let right = format!("@@ -{},{old} +{},{new} @@", numbers.old_start, numbers.new_start);
            let end = span.start + numbers.end;
            let place = Span::new(span.source, span.start..end.min(span.end));
            let error = Diagnostic::error("hunk-count", message, place, "does not fit the lines below");
            self.found.push(error.help("count again").fix(place, right));
        } else if lines.iter().all(|line| line.change == Change::Keep) {
            let message = "the hunk changes nothing";
            let error =
                Diagnostic::error("hunk-without-change", message, span, "no line begins with `-` or `+`");
            self.found.push(error.help("mark what goes with `-` and what comes with `+`"));
        }
    }
}

fn changes(line: &str) -> bool {
    line.starts_with(['-', '+']) && !line.starts_with("--- ")
}

fn numbers(header: &str) -> Option<Numbers> {
    let found = HEADER.as_ref()?.captures(header)?;
    let number = |group: usize| found.get(group).map_or(Some(1), |text| text.as_str().parse().ok());
    Some(Numbers {
        old_start: number(1)?,
        old: number(2)?,
        new_start: number(3)?,
        new: number(4)?,
        end: found.get(0)?.end(),
    })
}

/// How many lines the old file has here, and the new one.
fn count(lines: &[HunkLine]) -> (usize, usize) {
    let of = |other: Change| lines.iter().filter(|line| line.change != other).count();
    (of(Change::Add), of(Change::Remove))
}

/// Each hunk begins behind the one before it.
fn order(hunks: &[Hunk], found: &mut Vec<Diagnostic>) {
    for pair in hunks.windows(2) {
        let [first, second] = pair else { continue };
        let (old, _) = count(&first.lines);
        if second.old_start < first.old_start + old {
            let message = "a hunk begins before the end of the one above it";
            found.push(
                Diagnostic::error("hunk-order", message, second.header, "begins too early")
                    .also(first.header, "the hunk above it")
                    .help(
                        "write the hunks in the order of the file, and lines that both hold into one of them",
                    ),
            );
        }
    }
}
