//! A step that did not pass: where it stands on the page, what differed, what it printed, what to type next.

use std::collections::HashSet;

use super::{
    canvas::{BOLD, COMMAND, Canvas, DIM, PLAIN, style_of},
    diff,
    escape::escape,
    fence::closing_fence,
    pages::{Page, Pages},
    quote::command_line,
};
use crate::{
    diagnostic::{Excerpt, draw_excerpt},
    outcome::{Finished, State, StepKind},
};

/// Lines of a block that are shown.
const BLOCK: usize = 10;
/// Lines that are shown of the beginning and of the end of what a step printed.
const HEAD: usize = 8;
const TAIL: usize = 24;
/// The same of a step that did not fail: there its end is no more telling than the rest.
const QUIET_TAIL: usize = 4;

/// Draws `finished`, which did not pass.
pub(super) fn draw(canvas: &mut Canvas, finished: &Finished, pages: &Pages) {
    headline(canvas, finished);
    if let Some(page) = pages.get(&finished.place.file) {
        excerpts(canvas, finished, page);
    }
    let diff = finished.diff.as_deref().filter(|diff| !diff.is_empty());
    if let Some(diff) = diff {
        diff::draw(canvas, diff);
    }
    for (what, text) in [("it printed", &finished.stdout), ("on standard error", &finished.stderr)] {
        if !tells(diff, text) {
            let tail = if finished.state == State::Failed { TAIL } else { QUIET_TAIL };
            printed(canvas, 2, what, text, Some(tail));
        }
    }
    for change in &finished.changed {
        canvas.paragraph(4, &[(BOLD, "  changed: "), (PLAIN, change), (PLAIN, " since this was recorded")]);
    }
    commands(canvas, finished, pages);
    canvas.end();
}

/// `state: page › step: reason`, also for documents (without a step).
pub(super) fn title(canvas: &mut Canvas, state: State, name: &str, reason: Option<&str>) {
    let head = format!("{state}:");
    let mut pieces = vec![(style_of(state).bold(), head.as_str()), (PLAIN, " "), (BOLD, name)];
    if let Some(reason) = reason {
        pieces.extend([(PLAIN, ": "), (PLAIN, reason)]);
    }
    canvas.paragraph(2, &pieces);
}

/// What a step is called beside its page; a skipped block without an id by its line.
pub(super) fn name(finished: &Finished) -> String {
    match &finished.place.step {
        Some(step) => format!("{} › {step}", finished.place.document),
        None => format!("{} › line {}", finished.place.document, finished.place.line),
    }
}

fn headline(canvas: &mut Canvas, finished: &Finished) {
    let mut name = name(finished);
    if finished.attempt > 1 {
        name = format!("{name} (attempt {})", finished.attempt);
    }
    title(canvas, finished.state, &name, finished.reason.as_deref());
}

/// The step's block; and, where the outcome is about another place, that place.
fn excerpts(canvas: &mut Canvas, finished: &Finished, page: &Page) {
    let text = escape(&page.text);
    let lines: Vec<&str> = text.lines().collect();
    let fence = finished.place.line;
    if fence == 0 || fence > lines.len() {
        return;
    }
    let close = closing_fence(&lines, fence);
    let end = close.min(fence + BLOCK);
    let color = canvas.color();
    let mut show = |line, from: usize, upto: usize, label| {
        let shown = (from.max(1), upto.clamp(line, lines.len()));
        let excerpt = Excerpt { name: &escape(&finished.place.file), text: &text, line, lines: shown, label };
        canvas.picture(&draw_excerpt(&excerpt, color));
    };
    let command = if close > fence + 1 { fence + 1 } else { fence };
    match finished.at.filter(|&at| at > 0 && at <= lines.len()) {
        None => show(command, fence, end, ""),
        Some(at) if at >= fence && at <= end + 8 => show(at, fence, (at + 1).max(end), label(finished)),
        Some(at) => {
            show(command, fence, end, "this step");
            show(at, at.saturating_sub(3), at + 1, label(finished));
        }
    }
}

/// What is said under the line that the outcome is about.
fn label(finished: &Finished) -> &'static str {
    match (finished.state, finished.kind) {
        (State::Drifted, StepKind::Files) => "listed here",
        (State::Drifted, _) => "expected here",
        _ => "",
    }
}

/// Whether the diff already shows every line of `text`.
fn tells(diff: Option<&str>, text: &str) -> bool {
    let Some(diff) = diff else { return false };
    let shown: HashSet<&str> =
        diff.lines().filter(|line| line.starts_with([' ', '+'])).map(|line| &line[1..]).collect();
    text.lines().all(|line| shown.contains(line))
}

/// What a stream said, indented by `indent` columns and two more; with `tail`, of much only the beginning and so many
/// last lines.
pub(super) fn printed(canvas: &mut Canvas, indent: usize, what: &str, text: &str, tail: Option<usize>) {
    if text.is_empty() {
        return;
    }
    let indented = |canvas: &mut Canvas, columns| canvas.put(PLAIN, &" ".repeat(columns));
    indented(canvas, indent);
    canvas.line(BOLD, &format!("{what}:"));
    let count = text.lines().count();
    // One line is not worth a line that says so.
    let left_out = tail.filter(|tail| count > HEAD + tail + 1).map_or(HEAD..HEAD, |tail| HEAD..count - tail);
    for (index, line) in text.lines().enumerate() {
        if left_out.contains(&index) {
            if index == HEAD {
                indented(canvas, indent + 2);
                canvas.line(DIM, &format!("… {} lines left out …", left_out.len()));
            }
            continue;
        }
        indented(canvas, indent + 2);
        canvas.line(PLAIN, &diff::cut(line));
    }
}

/// What to type next.
fn commands(canvas: &mut Canvas, finished: &Finished, pages: &Pages) {
    let Some(page) = pages.get(&finished.place.document) else { return };
    let waits = finished.waits();
    if finished.state != State::New {
        command(canvas, "run again", &page.again);
    }
    if let (true, Some(accept), Some(name)) = (waits, &page.accept, pages.recording(&finished.place)) {
        // What looks like a flag is still a recording.
        let here = if name.starts_with('-') { "./" } else { "" };
        let name = format!("{here}{name}");
        command(canvas, "accept", &accept.replacen("STEP", &command_line([name.as_str()]), 1));
    }
}

fn command(canvas: &mut Canvas, what: &str, line: &str) {
    canvas.put(BOLD, &format!("  {what}: "));
    canvas.line(COMMAND, line);
}
