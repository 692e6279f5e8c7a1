//! Changes of what stands in a block.

use std::ops::Range;

use super::{
    Alteration, Edit, Mutant, Operator, Part,
    lines::{changed, comment_of, lines, other},
    numbers::numbers,
    paths::paths,
    shell::{Scan, Syntax},
    words::flags,
};
use crate::{
    document::{Answers, Block, BlockKind, Change, Expect, Interpreter, Patch, Runner, StepId, Variant},
    platform::Shell,
    source::{Fragments, Sources, Span, Spanned},
};

/// The changes of what stands in a block, and in the outputs and answers that belong to it in that run.
pub(super) fn of_block(block: &Block, sources: &Sources, run: Variant, own: &[String]) -> Vec<Mutant> {
    let Some(id) = &block.id else { return Vec::new() };
    let mut changes = Changes { step: &id.value, part: part(block, run), sources, own, mutants: Vec::new() };
    match &block.kind {
        BlockKind::Shell(step) => {
            changes.commands(&block.text, &step.runner);
            if let Some(answers) = step.answers.iter().find(|answers| answers.runs.contains(run)) {
                changes.answers(answers);
            }
            if let Some(output) = step.outputs.iter().find(|output| output.runs.contains(run)) {
                changes.expected(&output.text, true);
            }
        }
        BlockKind::Transcript(transcript) => {
            changes.transcript(&transcript.commands, transcript.shell);
            if let Some(answers) = transcript.answers.iter().find(|answers| answers.runs.contains(run)) {
                changes.answers(answers);
            }
        }
        BlockKind::Service(service) => changes.commands(&block.text, &service.runner),
        BlockKind::File { path, format, .. } => {
            changes.path(path);
            changes.file(&block.text, format);
        }
        BlockKind::Patch { path, patch } => {
            changes.path(path);
            changes.patch(&block.text, patch);
        }
        BlockKind::Files { dir } => {
            changes.path(dir);
            changes.expected(&block.text, false);
        }
        BlockKind::Certificate { .. } | BlockKind::Probe { .. } => {
            changes.commands_in(&block.text, Syntax::Other);
        }
        BlockKind::Cleanup(_) | BlockKind::Skip { .. } => {}
    }
    changes.mutants
}

/// What part of the page a block is.
pub(super) fn part(block: &Block, run: Variant) -> Part {
    match &block.kind {
        BlockKind::Shell(step) if step.outputs.iter().any(|output| output.runs.contains(run)) => Part::Shown,
        BlockKind::Shell(step) if matches!(step.expect, Expect::Nothing) => Part::Uncompared,
        BlockKind::Transcript(_) => Part::Shown,
        BlockKind::Service(_) => Part::Service,
        BlockKind::File { .. } | BlockKind::Patch { .. } => Part::File,
        BlockKind::Files { .. } => Part::Files,
        BlockKind::Probe { .. } => Part::Probe,
        BlockKind::Certificate { .. } => Part::Certificate,
        BlockKind::Shell(_) | BlockKind::Cleanup(_) | BlockKind::Skip { .. } => Part::Recorded,
    }
}

struct Changes<'a> {
    step: &'a StepId,
    part: Part,
    sources: &'a Sources,
    /// Directories that are the run's own.
    own: &'a [String],
    mutants: Vec<Mutant>,
}

impl Changes<'_> {
    /// What stands at a place of a block's text becomes something else, unless the text there is not the page's own.
    fn change(&mut self, operator: Operator, text: &Fragments, range: Range<usize>, after: &str) {
        let span = text.span(range.clone());
        if !text.is_verbatim(span) || self.sources.slice(span) != &text.text()[range.clone()] {
            return;
        }
        let edit = least(span, self.sources.slice(span), after);
        let shown = shown(text.text(), &range, operator);
        let before = &text.text()[shown.clone()];
        let head = text.text().get(shown.start..range.start).unwrap_or_default();
        let after = format!("{head}{after}{}", &text.text()[range.end..shown.end]);
        self.add(operator, span, (before.trim(), after.trim()), vec![edit]);
    }

    fn add(&mut self, operator: Operator, place: Span, texts: (&str, &str), edits: Vec<Edit>) {
        self.mutants.push(Mutant {
            operator,
            step: self.step.clone(),
            other: None,
            part: self.part,
            place,
            before: texts.0.to_owned(),
            after: texts.1.to_owned(),
            alteration: Alteration::Text(place.source, edits),
        });
    }

    /// The lines of a text at `range` are gone from the page, each whole.
    fn without(&mut self, operator: Operator, text: &Fragments, range: Range<usize>) {
        let (place, edit) = self.gone(text, &range);
        let before = text.text()[range].trim().to_owned();
        self.add(operator, place, (&before, ""), vec![edit]);
    }

    /// The edit that takes the lines of a text at `range` from the page.
    fn gone(&self, text: &Fragments, range: &Range<usize>) -> (Span, Edit) {
        let source = self.sources.get(text.source());
        let last = text.text()[range.clone()].trim_end_matches('\n').len();
        let place = text.span(range.start..range.start + last);
        let (first, last) = (source.line(place.start), source.line(place.end));
        let end = source.line_range(last + 1).start;
        (place, Edit { range: source.line_range(first).start..end, with: String::new() })
    }

    fn commands(&mut self, text: &Fragments, runner: &Runner) {
        let syntax = match &runner.interpreter {
            Some(Interpreter { .. }) => Syntax::Other,
            None => Syntax::of(runner.shell),
        };
        self.commands_in(text, syntax);
    }

    fn commands_in(&mut self, text: &Fragments, syntax: Syntax) {
        let scan = Scan::of(text.text(), syntax);
        let counts = |range: &Range<usize>, line: &str| {
            let words = range.start + (line.len() - line.trim_start().len());
            !line.trim().is_empty() && !scan.is_comment(words)
        };
        let all: Vec<Range<usize>> =
            lines(text.text()).filter(|(range, line)| counts(range, line)).map(|(range, _)| range).collect();
        // A step of one line without it is the step removed.
        if all.len() > 1 {
            for range in all {
                self.without(Operator::LineRemoved, text, range);
            }
        }
        self.tokens(text, &scan, syntax);
    }

    /// Flags, numbers, paths, and lines that go on.
    fn tokens(&mut self, text: &Fragments, scan: &Scan, syntax: Syntax) {
        for at in &scan.continuations {
            self.change(Operator::ContinuationLost, text, *at..at + 1, "");
        }
        let flags = flags(text.text(), scan, syntax);
        // `/s` is one to Windows' interpreter.
        let is_flag: Vec<Range<usize>> = flags.iter().map(|flag| flag.name.clone()).collect();
        for flag in flags {
            self.change(Operator::FlagRenamed, text, flag.name, &flag.renamed);
            self.change(Operator::FlagDropped, text, flag.word, "");
            if let Some(range) = flag.with_value {
                self.change(Operator::FlagDropped, text, range, "");
            }
        }
        for (range, after) in numbers(text.text()) {
            if !scan.is_comment(range.start) {
                self.change(Operator::DigitChanged, text, range, &after);
            }
        }
        for (range, after) in paths(text.text(), syntax.is_windows(), self.own) {
            let flag = is_flag.iter().any(|flag| flag.contains(&range.start));
            if !flag && !scan.is_comment(range.start) {
                self.change(Operator::PathChanged, text, range, &after);
            }
        }
    }

    fn transcript(&mut self, commands: &[crate::document::Command], shell: Shell) {
        let syntax = Syntax::of(shell);
        for command in commands {
            let length = command.text.text().len();
            // A command goes with what it prints.
            if commands.len() > 1 {
                let (place, mut edit) = self.gone(&command.text, &(0..length));
                if !command.output.text().is_empty() {
                    let whole = 0..command.output.text().len();
                    edit.range.end = self.gone(&command.output, &whole).1.range.end;
                }
                let before = command.text.text().trim().to_owned();
                self.add(Operator::LineRemoved, place, (&before, ""), vec![edit]);
            }
            let further: Vec<Range<usize>> =
                lines(command.text.text()).skip(1).map(|(range, _)| range).collect();
            for range in further {
                self.without(Operator::LineRemoved, &command.text, range);
            }
            let scan = Scan::of(command.text.text(), syntax);
            self.tokens(&command.text, &scan, syntax);
            self.expected(&command.output, true);
        }
    }

    /// Lines that are expected. `wildcards`: whether some of them stand for others.
    fn expected(&mut self, text: &Fragments, wildcards: bool) {
        let all: Vec<(Range<usize>, String)> =
            lines(text.text()).map(|(range, line)| (range, line.to_owned())).collect();
        for (range, line) in all {
            if !wildcards && line.trim().is_empty() {
                continue;
            }
            self.without(Operator::OutputRemoved, text, range.clone());
            if wildcards && line.trim_end() == "..." {
                continue;
            }
            let fixed: Vec<Range<usize>> = if wildcards {
                line.match_indices("[..]").map(|(at, mark)| at..at + mark.len()).collect()
            } else {
                Vec::new()
            };
            self.line(Operator::OutputChanged, text, range, &line, &fixed);
        }
    }

    fn line(
        &mut self,
        operator: Operator,
        text: &Fragments,
        range: Range<usize>,
        line: &str,
        fixed: &[Range<usize>],
    ) {
        if let Some(after) = changed(line, fixed) {
            self.change(operator, text, range, &after);
        }
    }

    fn answers(&mut self, answers: &Answers) {
        let all: Vec<(Range<usize>, String)> =
            lines(answers.text.text()).map(|(range, line)| (range, line.to_owned())).collect();
        for (range, line) in all {
            let written = line.trim_end();
            if written.is_empty() {
                continue;
            }
            // What stands behind the prompt is the answer: a prompt mostly ends with a mark and a blank. Where nothing stands
            // there, Enter is pressed.
            let ends = range.start + written.len();
            let last = written.chars().next_back().filter(|char| char.is_alphanumeric());
            if let Some(last) = last {
                let with = other(last).to_string();
                self.change(Operator::AnswerChanged, &answers.text, ends - last.len_utf8()..ends, &with);
            } else {
                self.change(Operator::AnswerChanged, &answers.text, range, &format!("{line}x"));
            }
        }
    }

    /// The path that a block names.
    fn path(&mut self, path: &Spanned<String>) {
        let written = self.sources.slice(path.span);
        let Some(offset) = written.find(&path.value) else { return };
        let start = path.span.start + offset;
        // `in=certs` names a directory, whatever it looks like.
        let found = paths(&path.value, false, self.own);
        let named = path.value.chars().any(char::is_alphanumeric);
        let fallback = || named.then(|| (0..path.value.len(), format!("{}x", path.value)));
        let Some((range, after)) = found.into_iter().next_back().or_else(fallback) else { return };
        let edit = Edit { range: start + range.start..start + range.end, with: after.clone() };
        let new = format!("{}{after}{}", &path.value[..range.start], &path.value[range.end..]);
        self.add(Operator::PathChanged, path.span, (&path.value, &new), vec![edit]);
    }

    fn file(&mut self, text: &Fragments, format: &str) {
        let all: Vec<(Range<usize>, String)> =
            lines(text.text()).map(|(range, line)| (range, line.to_owned())).collect();
        for (range, line) in &all {
            let comment = comment_of(line, format);
            if line[..comment].trim().is_empty() {
                continue;
            }
            self.without(Operator::FileLineRemoved, text, range.clone());
            self.line_of_file(text, range.start, line, comment, format);
        }
    }

    /// A line of a file in that format, whose comment begins at `comment`, is another one.
    fn line_of_file(&mut self, text: &Fragments, start: usize, line: &str, comment: usize, format: &str) {
        let line = line[..comment].trim_end();
        self.line(Operator::FileLineChanged, text, start..start + line.len(), line, &[]);
        for (range, after) in numbers(line) {
            self.change(Operator::DigitChanged, text, start + range.start..start + range.end, &after);
        }
        for (range, after) in paths(line, line.contains(":\\"), self.own) {
            if is_switch(&line[range.clone()], format) {
                continue;
            }
            self.change(Operator::PathChanged, text, start + range.start..start + range.end, &after);
        }
    }

    /// The lines that a patch adds. What it takes away or keeps must be there, so it says nothing of its own.
    fn patch(&mut self, text: &Fragments, patch: &Patch) {
        for hunk in &patch.hunks {
            let added = |change| matches!(change, Change::Add);
            for line in hunk.lines.iter().filter(|line| added(line.change)) {
                let written = text.text()[line.text.clone()].to_owned();
                if written.trim().is_empty() || comment_of(&written, "") == 0 {
                    continue;
                }
                let whole = line.text.start.saturating_sub(1)..line.text.end;
                let changes = hunk.lines.iter().filter(|line| !matches!(line.change, Change::Keep)).count();
                // A hunk that changes nothing is a mistake; its header counts its lines.
                if changes > 1
                    && let Some(header) = self.fewer(hunk.header)
                {
                    let (place, edit) = self.gone(text, &whole);
                    self.add(Operator::FileLineRemoved, place, (&written, ""), vec![header, edit]);
                }
                let comment = comment_of(&written, "");
                self.line_of_file(text, line.text.start, &written, comment, "");
            }
        }
    }

    /// The edit that makes the header of a hunk, `@@ -1,3 +1,4 @@`, count one line less in the new file.
    fn fewer(&self, header: Span) -> Option<Edit> {
        let written = self.sources.slice(header);
        let plus = written.find('+')?;
        let end = written[plus..].find(' ').map_or(written.len(), |length| plus + length);
        let (start, count) = written[plus + 1..end].split_once(',').unwrap_or((&written[plus + 1..end], "1"));
        let (start, count): (usize, usize) = (start.parse().ok()?, count.parse().ok()?);
        // A file of no lines begins before its first.
        let start = if count == 1 { start.saturating_sub(1) } else { start };
        let with = format!("+{start},{}", count.checked_sub(1)?);
        Some(Edit { range: header.start + plus..header.start + end, with })
    }
}

/// The edit that makes `after` of `before`, without what both begin and end with: so the same change is the same edit.
fn least(span: Span, before: &str, after: &str) -> Edit {
    let same = |(one, other): &(char, char)| one == other;
    let head: usize =
        before.chars().zip(after.chars()).take_while(same).map(|(char, _)| char.len_utf8()).sum();
    let (before, after) = (&before[head..], &after[head..]);
    let tail: usize =
        before.chars().rev().zip(after.chars().rev()).take_while(same).map(|(char, _)| char.len_utf8()).sum();
    Edit { range: span.start + head..span.end - tail, with: after[..after.len() - tail].to_owned() }
}

/// What people are shown of a change at a place: the word around it, or the whole line that does not go on any more. What
/// goes with the blanks before it is shown alone.
fn shown(text: &str, range: &Range<usize>, operator: Operator) -> Range<usize> {
    let ends: fn(char) -> bool =
        if operator == Operator::ContinuationLost { |char| char == '\n' } else { char::is_whitespace };
    let blanks = range.len() - text[range.clone()].trim_start().len();
    let start = match text[..range.start].rfind(ends) {
        _ if blanks > 0 => range.start + blanks,
        Some(at) => at + 1,
        None => 0,
    };
    let end = text[range.end..].find(ends).map_or(text.len(), |length| range.end + length);
    start..end
}

/// Whether the word is a switch like `/f` of a batch file.
fn is_switch(word: &str, format: &str) -> bool {
    let letter = word.strip_prefix('/').is_some_and(|rest| rest.len() == 1);
    letter && matches!(format, "bat" | "cmd" | "batch")
}
