//! The one place that draws diagnostics.

use std::ops::Range;

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Patch, Renderer, Snippet, normalize_untrusted_str,
};

use crate::{
    diagnostic::{Diagnostic, Fix, Label, Severity, order::main_place},
    source::{Position, Source, SourceId, Sources},
};

/// An extract of a page to be shown: some lines, with words under one of them.
#[derive(Clone, Debug)]
pub struct Excerpt<'a> {
    /// The name of the file.
    pub name: &'a str,
    /// Its whole text.
    pub text: &'a str,
    /// The line that the message is about, from 1.
    pub line: usize,
    /// First and last line to be shown, from 1.
    pub lines: (usize, usize),
    /// What is said under the line.
    pub label: &'a str,
}

/// Columns where nobody says how many there are.
const WIDTH: usize = 140;

/// Bytes of a line beyond which only what stands near its labels is handed over: the library looks at all of a line for
/// each picture, and a line of a megabyte may hold thousands of mistakes.
const LONG: usize = 8192;

/// The diagnostics as text, in the order of their places; an empty line between two of them.
#[must_use]
pub fn draw(diagnostics: &[Diagnostic], sources: &Sources, color: bool) -> String {
    draw_within(WIDTH, diagnostics, sources, color)
}

/// The same, long lines of the page cut so that they fit in `width` columns.
#[must_use]
pub fn draw_within(width: usize, diagnostics: &[Diagnostic], sources: &Sources, color: bool) -> String {
    let renderer = renderer(color).term_width(width);
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| (main_place(diagnostic), diagnostic.severity));
    let mut drawn = String::new();
    for diagnostic in sorted {
        if !drawn.is_empty() {
            drawn.push('\n');
        }
        let picture = renderer.render(&report(diagnostic, sources, width));
        drawn.push_str(&true_columns(picture, diagnostic, sources, width));
        drawn.push('\n');
    }
    drawn
}

/// One extract as text, in the same style, without a headline. Empty where the text has no such line.
#[must_use]
pub fn draw_excerpt(excerpt: &Excerpt<'_>, color: bool) -> String {
    let mut at = 0;
    let lines: Vec<Range<usize>> = excerpt
        .text
        .split_inclusive('\n')
        .map(|line| {
            let start = at;
            at += line.len();
            start..at
        })
        .collect();
    let first = excerpt.lines.0.min(excerpt.line).max(1);
    let last = excerpt.lines.1.max(excerpt.line).min(lines.len());
    let (Some(line), Some(shown)) =
        (lines.get(excerpt.line.wrapping_sub(1)), lines.get(first - 1..last.max(first - 1)))
    else {
        return String::new();
    };
    let (Some(start), Some(end)) = (shown.first(), shown.last()) else { return String::new() };
    let words = &excerpt.text[line.clone()];
    let from = line.start + (words.len() - words.trim_start().len());
    let to = from + words.trim().len();
    let annotation = AnnotationKind::Primary
        .span(from - start.start..to - start.start)
        .label((!excerpt.label.is_empty()).then(|| normalize_untrusted_str(excerpt.label)));
    let snippet = Snippet::source(&excerpt.text[start.start..end.end])
        .path(normalize_untrusted_str(excerpt.name))
        .line_start(first)
        .fold(false)
        .annotation(annotation);
    let mut drawn = renderer(color).render(&[Group::with_level(Level::ERROR).element(snippet)]);
    drawn.push('\n');
    drawn
}

fn renderer(color: bool) -> Renderer {
    (if color { Renderer::styled() } else { Renderer::plain() }).term_width(WIDTH)
}

/// A headline with its places, and the fix as a group of its own, as rustc does.
fn report<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources, width: usize) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut main = Group::with_title(level.primary_title(visible(&diagnostic.message)).id(diagnostic.code));
    for id in files(&diagnostic.labels) {
        main = main.element(places(diagnostic, sources.get(id), id, width));
    }
    let help = diagnostic.help.as_deref().map(visible);
    let fix = diagnostic.fix.as_ref().filter(|fix| fits(fix, sources.get(fix.span.source), width));
    match (fix, help) {
        (Some(fix), help) => {
            let title = Level::HELP.secondary_title(help.unwrap_or_else(|| "write it like this".to_owned()));
            vec![main, title.element(suggestion(fix, sources.get(fix.span.source)))]
        }
        (None, Some(help)) => vec![main.element(Level::HELP.message(help))],
        (None, None) => vec![main],
    }
}

/// Whether the line of a fix, which is drawn whole, fits on a line of the terminal. Where it does not, the help has
/// to do.
fn fits(fix: &Fix, source: &Source, width: usize) -> bool {
    let line = source.line_range(source.line(clamp(source, fix.span.range()).start));
    line.len() + fix.replacement.len() <= width.max(WIDTH)
}

/// A text that quotes the page, with what would move the cursor or is not seen at all spelled out.
fn visible(text: &str) -> String {
    let normalized = normalize_untrusted_str(text);
    if normalized.is_ascii() {
        return normalized;
    }
    normalized.chars().fold(String::with_capacity(normalized.len()), |mut text, char| {
        match char {
            '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => {
                text.extend(char.escape_unicode());
            }
            other => text.push(other),
        }
        text
    })
}

/// The sources that the labels lie in, in the order in which they are first named.
fn files(labels: &[Label]) -> Vec<SourceId> {
    let mut files = Vec::new();
    for label in labels {
        if !files.contains(&label.span.source) {
            files.push(label.span.source);
        }
    }
    files
}

/// The labels that lie in one source. Only the lines from the first to the last of them are handed over: the
/// library looks at every line it is given, and a page may be long.
fn places<'a>(
    diagnostic: &'a Diagnostic,
    source: &'a Source,
    id: SourceId,
    width: usize,
) -> Snippet<'a, Annotation<'a>> {
    let labels = || diagnostic.labels.iter().enumerate().filter(|(_, label)| label.span.source == id);
    let ranges = || labels().map(|(_, label)| clamp(source, label.span.range()));
    let cut = cut(diagnostic, source, id, width).map(|cut| cut.range);
    let whole = cut.is_none();
    let window = cut.unwrap_or_else(|| window(source, ranges()));
    let annotations = labels().filter_map(|(index, label)| {
        let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let range = clamp(source, label.span.range());
        (whole || window.start <= range.start && range.end <= window.end).then(|| {
            // A line may end in several carriage returns, which are no part of what is handed over.
            let within = |at: usize| at.min(window.end) - window.start;
            kind.span(within(range.start)..within(range.end))
                .label((!label.text.is_empty()).then(|| visible(&label.text)))
        })
    });
    Snippet::source(&source.text()[window.clone()])
        .path(normalize_untrusted_str(source.name()))
        .line_start(source.line(window.start))
        .annotations(annotations)
}

/// What is handed over of a line that is too long for the whole of it.
struct Cut {
    range: Range<usize>,
    /// Where the first label begins.
    place: Position,
}

/// The cut around the first label in a source, where that lies on such a line: on each side of it as many characters as
/// fit on a line of the terminal. Labels that lie elsewhere are left out.
fn cut(diagnostic: &Diagnostic, source: &Source, id: SourceId, width: usize) -> Option<Cut> {
    let first = diagnostic.labels.iter().find(|label| label.span.source == id)?;
    let first = clamp(source, first.span.range());
    let place = source.position(first.start);
    let line = source.line_range(place.line);
    if line.len() <= LONG || first.end > line.end {
        return None;
    }
    let (before, after) = (&source.text()[line.start..first.start], &source.text()[first.end..line.end]);
    let start = before.char_indices().rev().nth(width).map_or(line.start, |(at, _)| line.start + at);
    let end = after.char_indices().nth(width).map_or(line.end, |(at, _)| first.end + at);
    Some(Cut { range: start..end, place })
}

/// Puts the true columns into a picture: the library counts from the beginning of what it was given.
fn true_columns(mut drawn: String, diagnostic: &Diagnostic, sources: &Sources, width: usize) -> String {
    for id in files(&diagnostic.labels) {
        let source = sources.get(id);
        let Some(Cut { range, place: Position { line, column } }) = cut(diagnostic, source, id, width) else {
            continue;
        };
        let counted = column - source.position(range.start).column + 1;
        let name = normalize_untrusted_str(source.name());
        let (wrong, right) = (format!("{name}:{line}:{counted}"), format!("{name}:{line}:{column}"));
        let message = drawn.find('\n').unwrap_or(0);
        if let Some(at) = drawn[message..].find(&wrong) {
            drawn.replace_range(message + at..message + at + wrong.len(), &right);
        }
    }
    drawn
}

/// The first byte of the character that the byte `at` belongs to.
fn boundary(source: &Source, mut at: usize) -> usize {
    while !source.text().is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn suggestion<'a>(fix: &'a Fix, source: &'a Source) -> Snippet<'a, Patch<'a>> {
    let range = clamp(source, fix.span.range());
    let window = window(source, std::iter::once(range.clone()));
    let replacement = normalize_untrusted_str(&fix.replacement);
    Snippet::source(&source.text()[window.clone()])
        .path(normalize_untrusted_str(source.name()))
        .line_start(source.line(window.start))
        .patch(Patch::new(range.start - window.start..range.end - window.start, replacement))
}

/// The whole lines that hold all the ranges.
fn window(source: &Source, ranges: impl Iterator<Item = Range<usize>>) -> Range<usize> {
    let (start, end) =
        ranges.fold((usize::MAX, 0), |(start, end), range| (start.min(range.start), end.max(range.end)));
    let start = source.line_range(source.line(start.min(end))).start;
    let end = source.line_range(source.line(end)).end;
    start..end.max(start)
}

/// The range within the text and between whole characters: a wrong span must not keep the message from being
/// shown. A span's line end belongs to the next line, so it is left out.
fn clamp(source: &Source, range: Range<usize>) -> Range<usize> {
    let text = source.text();
    let start = boundary(source, range.start.min(text.len()));
    let mut end = range.end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let trimmed = text[start..end].trim_end_matches(['\n', '\r']).len();
    start..start + trimmed
}

#[cfg(test)]
mod tests;
