//! The whole screen: head, as much of the body as there is room for, and the keys.

use super::{
    body::{BOLD, DIM, PLAIN, TELLING},
    item::Item,
    line::{Row, paragraph},
    state::Decision,
};

/// Fewer rows than this leave no room for what can be done without.
const LOW: usize = 12;

/// The keys and what they do, as they stand at the bottom; and more about them for the help.
pub(super) const KEYS: [(&str, &str, &str); 12] = [
    ("a", "accept", "runs are held against it from now on: as the recording, or in the page"),
    ("r", "reject", "throw it away; the next run shows it again if it still differs"),
    ("s", "later", "leave it pending, and go on"),
    ("A R S", "all left", "the same for this one and all that are not decided"),
    ("d", "side by side", "old and new beside each other, from 100 columns"),
    ("u", "unified", "old and new below each other"),
    ("p n", "back, on", "to the one before, to the next one; also the arrows left and right"),
    ("j k", "scroll", "by a line; also the arrows down and up"),
    ("space b", "page", "by a screen; also PgDn and PgUp. g and G: to the top, to the bottom"),
    ("z", "undo", "takes the last decision back"),
    ("?", "help", "this; any key closes it"),
    ("q", "quit", "what is not decided stays pending; what is, is done already"),
];

/// Those that a low screen has room for.
const FEW: [&str; 6] = ["a", "r", "s", "space b", "?", "q"];

/// What is seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'v> {
    pub(super) item: &'v Item,
    /// Which it is, from 0, and of how many.
    pub(super) at: (usize, usize),
    pub(super) decision: Decision,
    /// Its rows.
    pub(super) body: &'v [Row],
    /// The first one that is seen.
    pub(super) scroll: usize,
    /// What came of the last key, where that has to be said.
    pub(super) message: Option<&'v str>,
    /// Whether the help is seen in place of the body.
    pub(super) help: bool,
}

/// Columns and rows of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) width: usize,
    pub(super) height: usize,
}

/// The rows of the screen, exactly as many as it has.
pub(super) fn draw(view: &View<'_>, size: Size) -> Vec<Row> {
    let head = head(view, size);
    let foot = foot(view.message, size);
    let room = room(&head, &foot, size);
    let help = if view.help { self::help(size.width) } else { Vec::new() };
    let body = if view.help { &help } else { view.body };
    let scroll = view.scroll.min(body.len().saturating_sub(room));
    let shown = &body[scroll..(scroll + room).min(body.len())];
    let mut rows = head;
    rows.extend(shown.iter().cloned());
    rows.resize(size.height.saturating_sub(foot.len() + rules(size)), Row::default());
    if rules(size) > 0 {
        rows.push(rule(scroll, shown.len(), body.len(), size.width));
    }
    rows.extend(foot);
    rows.truncate(size.height);
    rows.into_iter().map(|row| row.cut(size.width)).collect()
}

/// How many rows of the body are seen at once.
pub(super) fn body_height(view: &View<'_>, size: Size) -> usize {
    room(&head(view, size), &foot(view.message, size), size)
}

fn room(head: &[Row], foot: &[Row], size: Size) -> usize {
    size.height.saturating_sub(head.len() + foot.len() + rules(size)).max(1)
}

/// How many lines there are between body and keys: none where that would leave no room for the body.
fn rules(size: Size) -> usize {
    usize::from(size.height > 3)
}

fn head(view: &View<'_>, size: Size) -> Vec<Row> {
    let mut row = Row::of(DIM, &format!("{} of {}  ", view.at.0 + 1, view.at.1));
    row.put(BOLD, &view.item.title);
    let state = match view.decision {
        Decision::Open => "",
        Decision::Accepted => "accepted",
        Decision::Rejected => "rejected",
        Decision::Later => "left for later",
    };
    if !state.is_empty() {
        row.put(PLAIN, "  ");
        row.put(TELLING, &format!("[{state}]"));
    }
    let mut rows = vec![row];
    if size.height > LOW {
        let mut second = Row::of(PLAIN, &view.item.place);
        second.put(DIM, &format!("  {}", view.item.standing.told()));
        rows.push(second);
        rows.push(Row::of(DIM, &"─".repeat(size.width)));
    }
    rows
}

/// The line between body and keys, which says what part of the body is seen.
fn rule(scroll: usize, shown: usize, all: usize, width: usize) -> Row {
    if shown >= all {
        return Row::of(DIM, &"─".repeat(width));
    }
    let text = match (scroll, scroll + shown < all) {
        (0, _) => format!(" space: {} more rows ", all - shown),
        (_, true) => format!(" rows {}–{} of {all} ", scroll + 1, scroll + shown),
        (_, false) => format!(" the end of {all} rows "),
    };
    let before = width.saturating_sub(text.chars().count() + 2);
    let mut row = Row::of(DIM, &"─".repeat(before));
    row.put(PLAIN, &text);
    row.put(DIM, "──");
    row
}

fn foot(message: Option<&str>, size: Size) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(message) = message {
        rows.extend(paragraph(Row::default(), 0, TELLING, message, size.width));
    }
    let mut row = Row::default();
    // The text matters more than the keys, which `?` shows.
    let low = size.height <= LOW;
    for (key, short, _) in KEYS.into_iter().filter(|(key, ..)| !low || FEW.contains(key)) {
        let mut entry = Row::of(BOLD, key);
        entry.put(PLAIN, &format!(" {short}"));
        if row.width() > 0 && row.width() + 2 + entry.width() > size.width {
            rows.push(std::mem::take(&mut row));
        }
        if row.width() > 0 {
            row.put(PLAIN, "  ");
        }
        row.append(entry);
    }
    rows.push(row);
    // What is shown matters more than all keys.
    rows.truncate((size.height / 3).max(1));
    rows
}

fn help(width: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for (key, short, long) in KEYS {
        let mut row = Row::of(BOLD, key);
        row.column(9);
        row.put(BOLD, short);
        row.column(23);
        rows.extend(paragraph(row, 23, PLAIN, long, width));
    }
    rows
}
