//! A recording as text: insta's file format, and in its contents the exit status and a section for each stream.

use std::fmt::Write as _;

use super::{FormatError, Recording, header};

const FENCE: &str = "---";
const STDOUT: &str = "----- stdout -----";
const STDERR: &str = "----- stderr -----";

impl Recording {
    /// The text of its file.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = format!("{FENCE}\n{}{FENCE}\n", header::render(self));
        text.push_str(&self.contents());
        text
    }

    /// What it says happened: what a reviewer reads.
    #[must_use]
    pub fn contents(&self) -> String {
        let mut text = String::new();
        if let Some(exit) = self.exit {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "exit {exit}");
        }
        for (name, stream) in [(STDOUT, &self.stdout), (STDERR, &self.stderr)] {
            if let Some(stream) = stream {
                text.push_str(name);
                text.push('\n');
                section(stream, &mut text);
            }
        }
        text
    }

    /// Reads the text of a file, also of one that insta itself has written.
    ///
    /// # Errors
    ///
    /// Where it is none of ours, or damaged.
    pub fn parse(text: &str) -> Result<Self, FormatError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = text.split_inclusive('\n');
        let first = lines.next().unwrap_or_default();
        if first.trim_end() != FENCE {
            return Err(FormatError::NoHeader);
        }
        let (mut end, mut count) = (first.len(), 1);
        let header_end = loop {
            let line = lines.next().ok_or(FormatError::OpenHeader)?;
            count += 1;
            let start = end;
            end += line.len();
            if line.trim_end() == FENCE {
                break start;
            }
        };
        let mut recording = header::parse(&text[first.len()..header_end])?;
        recording.read_contents(&text[end..], count)?;
        Ok(recording)
    }

    /// Reads the contents; `before` lines stand before them.
    fn read_contents(&mut self, text: &str, before: usize) -> Result<(), FormatError> {
        let mut open: Option<&mut String> = None;
        let Self { exit, stdout, stderr, .. } = self;
        for (index, line) in text.lines().enumerate() {
            match line {
                STDOUT | STDERR => {
                    let (stream, name) =
                        if line == STDOUT { (&mut *stdout, "stdout") } else { (&mut *stderr, "stderr") };
                    if stream.is_some() {
                        return Err(FormatError::Twice(name));
                    }
                    open = Some(stream.insert(String::new()));
                }
                _ => match &mut open {
                    Some(stream) => {
                        stream.push_str(unescape(line));
                        stream.push('\n');
                    }
                    None => match line.strip_prefix("exit ").map(str::parse) {
                        Some(Ok(status)) => *exit = Some(status),
                        _ => return Err(FormatError::Contents(before + index + 1)),
                    },
                },
            }
        }
        Ok(())
    }
}

/// The lines of one stream, those escaped that would be taken for something else.
fn section(stream: &str, text: &mut String) {
    // Blank lines at a file's end are lost where insta writes it.
    let last =
        stream.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(|(at, _)| at + 1).last();
    for (index, line) in stream.lines().enumerate() {
        let blank_end = line.is_empty() && index >= last.unwrap_or(0);
        if blank_end || is_escaped(line) {
            text.push('\\');
        }
        text.push_str(line);
        text.push('\n');
    }
}

/// A line that reads like a section's, or like an escaped line: backslashes, then nothing or a section.
fn is_escaped(line: &str) -> bool {
    match line.trim_start_matches('\\') {
        "" => !line.is_empty(),
        STDOUT | STDERR => true,
        _ => false,
    }
}

fn unescape(line: &str) -> &str {
    if is_escaped(line) { line.strip_prefix('\\').unwrap_or(line) } else { line }
}
