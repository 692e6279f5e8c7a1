//! From a block to what a run does for it: placeholders replaced, outputs and answers of the run's own platform.

use super::{
    Action, AnswerLine, Expected, Hunk, HunkLine, ServiceAction, ShellAction, TranscriptAction,
    TranscriptCommand,
    placeholder::{Missing, Placeholders},
};
use crate::{
    document::{
        Answers, Block, BlockKind, Expect, Output, Patch, Ready, Service, ShellStep, Stop, Streams,
        Transcript, Variant,
    },
    source::{Fragments, Sources},
};

/// What the blocks of one document do in one run.
#[derive(Debug)]
pub(super) struct Actions<'a> {
    pub(super) sources: &'a Sources,
    pub(super) placeholders: &'a Placeholders,
    /// The document's run.
    pub(super) variant: Variant,
}

/// The lines of an expected output, as they are compared and as they are written.
struct ExpectedLines {
    lines: Vec<String>,
    /// For each its line in its file.
    places: Vec<usize>,
    /// `None`: as they are compared.
    written: Option<Vec<String>>,
}

/// What keeps a block from being run.
#[derive(Debug, Default)]
pub(super) struct Obstacles {
    /// Placeholders without a value.
    pub(super) missing: Missing,
    /// What is wrong with an attribute once its placeholders are replaced.
    pub(super) wrong: Option<String>,
}

impl Actions<'_> {
    /// What `block` does.
    pub(super) fn of(&self, block: &Block, found: &mut Obstacles) -> Action {
        let text = block.text.text();
        match &block.kind {
            BlockKind::Shell(step) => Action::Shell(self.shell(step, block, found)),
            BlockKind::Transcript(transcript) => Action::Transcript(self.transcript(transcript, found)),
            BlockKind::Cleanup(runner) => Action::Cleanup {
                shell: runner.shell,
                interpreter: runner.interpreter.clone(),
                text: self.replace(text, found),
            },
            BlockKind::File { path, mode, append, .. } => Action::File {
                path: self.replace(&path.value, found),
                mode: *mode,
                append: *append,
                text: self.replace(text, found),
            },
            BlockKind::Patch { path, patch } => Action::Patch {
                path: self.replace(&path.value, found),
                hunks: self.hunks(patch, &block.text, found),
            },
            BlockKind::Files { dir } => {
                let dir = self.replace(&dir.value, found);
                let (names, lines) = self.names(&block.text, found);
                Action::Files { dir, names, lines }
            }
            BlockKind::Certificate { expect } => {
                let (text, lines) = self.with_places(&block.text, found);
                Action::Certificate { text, lines, expected: receipt(*expect) }
            }
            BlockKind::Probe { expect } => {
                let (text, lines) = self.with_places(&block.text, found);
                Action::Probe { text, lines, expected: receipt(*expect) }
            }
            BlockKind::Service(service) => Action::Service(self.service(service, text, found)),
            BlockKind::Skip { .. } => Action::Skip,
        }
    }

    /// A text as the run uses it.
    fn replace(&self, text: &str, found: &mut Obstacles) -> String {
        self.placeholders.replace(text, &mut found.missing)
    }

    fn shell(&self, step: &ShellStep, block: &Block, found: &mut Obstacles) -> ShellAction {
        let output = step.outputs.iter().find(|output| output.runs.contains(self.variant));
        ShellAction {
            shell: step.runner.shell,
            interpreter: step.runner.interpreter.clone(),
            text: self.replace(block.text.text(), found),
            exit: step.exit,
            expected: match (output, step.expect) {
                (Some(output), _) => self.output(output, block, found),
                (None, Expect::Recording(streams)) => Expected::Recording(streams),
                (None, Expect::Nothing) => Expected::Nothing,
            },
            answers: self.answers(&step.answers, found),
            tty: step.tty,
        }
    }

    fn transcript(&self, transcript: &Transcript, found: &mut Obstacles) -> TranscriptAction {
        let command = |command: &crate::document::Command| {
            let ExpectedLines { lines, places, written } = self.expected_lines(&command.output, found);
            let typed = command.text.text();
            let last = typed.trim_end_matches('\n').len();
            TranscriptCommand {
                text: self.placeholders.replace(command.text.text(), &mut found.missing),
                line: self.sources.line(command.text.span(0..0)),
                lines,
                places,
                written,
                below: self.sources.line(command.text.span(last..last)) + 1,
            }
        };
        let commands = transcript.commands.iter().map(command).collect();
        TranscriptAction {
            shell: transcript.shell,
            commands,
            exit: transcript.exit,
            answers: self.answers(&transcript.answers, found),
            tty: transcript.tty,
        }
    }

    fn service(&self, service: &Service, text: &str, found: &mut Obstacles) -> ServiceAction {
        let ready = self.replace(&service.ready.value, found);
        let ready = Ready::parse(&ready).unwrap_or_else(|error| {
            found.wrong.get_or_insert(format!("in `ready=`, {error}"));
            Ready::Exit
        });
        let stop = service.stop.as_ref().map(|stop| Stop::parse(&self.replace(&stop.value, found)));
        ServiceAction {
            shell: service.runner.shell,
            interpreter: service.runner.interpreter.clone(),
            text: self.replace(text, found),
            ready,
            stop: stop.unwrap_or(Stop::Signal("TERM")),
            daemon: service.daemon.as_ref().map(|path| self.replace(&path.value, found)),
        }
    }

    fn output(&self, output: &Output, block: &Block, found: &mut Obstacles) -> Expected {
        let ExpectedLines { lines, places, written } = self.expected_lines(&output.text, found);
        let elsewhere = output.fence.source != block.fence.source;
        Expected::Output {
            stream: output.stream,
            lines,
            places,
            fence: self.sources.line(output.fence),
            written,
            file: elsewhere.then(|| self.sources.get(output.fence.source).name().to_owned()),
        }
    }

    /// A value of several lines makes several expected lines, all of them at the place of the page's one.
    fn expected_lines(&self, text: &Fragments, found: &mut Obstacles) -> ExpectedLines {
        let (mut lines, mut places, mut differ) = (Vec::new(), Vec::new(), false);
        for (line, place) in self.lines(text) {
            let shown = self.placeholders.shown(line, &mut found.missing);
            differ |= shown != line;
            for part in shown.split('\n') {
                lines.push(part.to_owned());
                places.push(place);
            }
        }
        let written = differ.then(|| self.lines(text).map(|(line, _)| line.to_owned()).collect());
        ExpectedLines { lines, places, written }
    }

    /// Here a value of several lines stays in its line: it is typed at one prompt.
    fn answers(&self, answers: &[Answers], found: &mut Obstacles) -> Option<Vec<AnswerLine>> {
        let answers = answers.iter().find(|answers| answers.runs.contains(self.variant))?;
        let lines = self.lines(&answers.text);
        Some(lines.map(|(text, line)| AnswerLine { text: self.replace(text, found), line }).collect())
    }

    /// A text whose lines know their places: a value of several lines makes several lines, all of them at one place.
    fn with_places(&self, text: &Fragments, found: &mut Obstacles) -> (String, Vec<usize>) {
        let (mut filled, mut places) = (String::new(), Vec::new());
        for (line, place) in self.lines(text) {
            for part in self.replace(line, found).split('\n') {
                filled.push_str(part);
                filled.push('\n');
                places.push(place);
            }
        }
        (filled, places)
    }

    /// One name a line, blanks around it trimmed, empty lines ignored; a directory's trailing `/` stays.
    fn names(&self, text: &Fragments, found: &mut Obstacles) -> (Vec<String>, Vec<usize>) {
        let named = self.lines(text).filter(|(line, _)| !line.trim().is_empty());
        named.map(|(line, place)| (self.replace(line.trim(), found), place)).unzip()
    }

    /// A value of several lines makes several lines of the same kind.
    fn hunks(&self, patch: &Patch, text: &Fragments, found: &mut Obstacles) -> Vec<Hunk> {
        let mut hunks = Vec::with_capacity(patch.hunks.len());
        for hunk in &patch.hunks {
            let mut lines = Vec::with_capacity(hunk.lines.len());
            for line in &hunk.lines {
                let place = self.sources.line(text.span(line.text.start..line.text.start));
                let written = text.text().get(line.text.clone()).unwrap_or_default();
                let filled = self.replace(written, found);
                let mut parts = filled.split('\n').peekable();
                while let Some(part) = parts.next() {
                    lines.push(HunkLine {
                        change: line.change,
                        text: part.to_owned(),
                        no_newline: line.no_newline && parts.peek().is_none(),
                        line: place,
                    });
                }
            }
            hunks.push(Hunk {
                line: self.sources.line(hunk.header),
                old_start: hunk.old_start,
                new_start: hunk.new_start,
                lines,
            });
        }
        hunks
    }

    /// The lines of a block, each with its own line in its source, from 1.
    fn lines<'t>(&'t self, text: &'t Fragments) -> impl Iterator<Item = (&'t str, usize)> {
        let mut start = 0;
        text.text().split_terminator('\n').map(move |line| {
            let place = self.sources.line(text.span(start..start));
            start += line.len() + 1;
            (line, place)
        })
    }
}

/// What is recorded of a block that writes a receipt: all of it, or nothing.
fn receipt(expect: Expect) -> Expected {
    match expect {
        Expect::Recording(_) => Expected::Recording(Streams::Stdout),
        Expect::Nothing => Expected::Nothing,
    }
}
