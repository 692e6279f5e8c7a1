//! From a transcript to its commands, and what each of them prints.

use super::complete::is_complete;
use crate::{
    diagnostic::Diagnostic,
    document::Command,
    platform::Shell,
    source::{Fragments, Span},
};

/// Whose prompts a transcript shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::document) enum Prompts {
    /// `$ ` or `% `.
    Posix,
    /// `C:\dir>`.
    Cmd,
    /// `PS C:\dir>`.
    PowerShell,
}

impl Prompts {
    /// The prompts of the first line of `text` that has one.
    pub(in crate::document) fn of(text: &str) -> Option<Self> {
        text.lines().find_map(|line| {
            [Self::Posix, Self::PowerShell, Self::Cmd].into_iter().find(|kind| kind.length(line).is_some())
        })
    }

    /// Whether the line begins with one of them.
    pub(in crate::document) fn begin(self, line: &str) -> bool {
        self.length(line).is_some()
    }

    /// The shell that shows them.
    pub(super) fn shell(self) -> Shell {
        match self {
            Self::Posix => Shell::Sh,
            Self::Cmd => Shell::Cmd,
            Self::PowerShell => Shell::PowerShell,
        }
    }

    /// How many bytes of the line are the prompt.
    fn length(self, line: &str) -> Option<usize> {
        match self {
            Self::Posix => match line.as_bytes() {
                [b'$' | b'%'] => Some(1),
                [b'$' | b'%', b' ', ..] => Some(2),
                _ => None,
            },
            Self::Cmd => match line.as_bytes() {
                [drive, b':', b'\\', ..] if drive.is_ascii_alphabetic() => windows(line, 3),
                _ => None,
            },
            Self::PowerShell => line.starts_with("PS").then(|| windows(line, 2)).flatten(),
        }
    }

    /// How many bytes of the line are the prompt that asks for more of a command.
    fn more(self, line: &str) -> Option<usize> {
        let marks: &[&str] = match self {
            Self::Posix => &["> ", ">"],
            Self::Cmd => &["More? ", "> ", ">"],
            Self::PowerShell => &[">> ", ">>", "> ", ">"],
        };
        marks.iter().find(|mark| line.starts_with(**mark)).map(|mark| mark.len())
    }
}

/// A prompt that ends at the first `>`, and the blanks behind it.
fn windows(line: &str, from: usize) -> Option<usize> {
    let end = from + line.get(from..)?.find('>')? + 1;
    Some(end + (line.len() - end - line[end..].trim_start_matches(' ').len()))
}

/// The commands of a transcript, in which these prompts count and this shell runs. What is wrong with it is reported.
pub(super) fn commands(
    block: &Fragments,
    fence: Span,
    prompts: Prompts,
    shell: Shell,
    found: &mut Vec<Diagnostic>,
) -> Vec<Command> {
    let mut reader = Reader { block, at: 0, prompts, shell, commands: Vec::new(), found };
    reader.before_the_first(fence);
    while let Some(line) = reader.next_line() {
        reader.command(line);
    }
    reader.commands
}

struct Reader<'b, 'f> {
    block: &'b Fragments,
    /// The first byte that is not read yet.
    at: usize,
    prompts: Prompts,
    shell: Shell,
    commands: Vec<Command>,
    found: &'f mut Vec<Diagnostic>,
}

/// A line of the block, without its line end.
#[derive(Clone, Copy)]
struct Line<'b> {
    start: usize,
    text: &'b str,
}

impl<'b> Reader<'b, '_> {
    fn peek(&self) -> Option<Line<'b>> {
        let rest = self.block.text().get(self.at..).filter(|rest| !rest.is_empty())?;
        Some(Line { start: self.at, text: rest.split('\n').next().unwrap_or_default() })
    }

    fn next_line(&mut self) -> Option<Line<'b>> {
        let line = self.peek()?;
        self.at = (line.start + line.text.len() + 1).min(self.block.text().len());
        Some(line)
    }

    fn is_command(&self, line: Line<'_>) -> bool {
        self.prompts.length(line.text).is_some()
    }

    /// What stands above the first command was printed by nothing.
    fn before_the_first(&mut self, fence: Span) {
        let mut above = None;
        while let Some(line) = self.peek().filter(|line| !self.is_command(*line)) {
            above = above.or_else(|| (!line.text.trim().is_empty()).then_some(line));
            self.next_line();
        }
        if let Some(line) = above {
            let message = "the transcript begins with an output";
            let span = self.block.span(line.start..line.start + line.text.len());
            self.found.push(
                Diagnostic::error("output-before-command", message, span, "no command stands above it")
                    .also(fence, "the transcript")
                    .help("put the prompt `$ ` before the command"),
            );
        }
    }

    /// A command, its further lines, and what it prints.
    fn command(&mut self, line: Line<'_>) {
        let Some(prompt) = self.prompts.length(line.text) else { return };
        let end = line.start + line.text.len();
        let from = line.start + prompt;
        let mut text = Fragments::new(self.block.source(), self.block.span(from..from).start);
        self.add(&mut text, from..self.at);
        let mut whole = self.is_whole(&text);
        while !whole {
            let Some(next) = self.peek() else { break };
            let Some(more) = self.prompts.more(next.text) else { break };
            self.next_line();
            self.add(&mut text, next.start + more..self.at);
            whole = self.is_whole(&text);
        }
        let shown = self.block.span(line.start..end);
        if text.text().trim().is_empty() {
            let message = "a prompt without a command";
            let error = Diagnostic::error("empty-command", message, shown, "nothing to run");
            self.found.push(error.help("write a command behind it, or take the line away"));
        } else if !whole {
            let message = "the command is not complete";
            let error =
                Diagnostic::error("incomplete-command", message, shown, "the shell would ask for more");
            self.found
                .push(error.help("put `> ` before each line that it goes on with, as the shell shows it"));
        }
        let from = self.at;
        while self.peek().is_some_and(|line| !self.is_command(line)) {
            self.next_line();
        }
        let mut output = Fragments::new(self.block.source(), self.block.span(from..from).start);
        output.push_part(self.block, from..self.at);
        self.commands.push(Command { text, output });
    }

    fn add(&self, text: &mut Fragments, range: std::ops::Range<usize>) {
        text.push_part(self.block, range.clone());
        // The last line of a block may lack its end.
        if !self.block.text()[range].ends_with('\n') {
            let end = self.block.span(self.at..self.at).start;
            text.push_for("\n", end..end);
        }
    }

    fn is_whole(&self, text: &Fragments) -> bool {
        is_complete(self.shell, text.text().strip_suffix('\n').unwrap_or(text.text()))
    }
}
